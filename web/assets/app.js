// Every page. Pages work without this file; it adds what only a script can: reveals, counters, drafts, the second click.
import { initAll } from 'govuk-frontend'
import { SortableTable } from '@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs'
import { createAll } from 'govuk-frontend'

import { keepDrafts } from './behaviours/drafts.js'
import { revealQuestions } from './behaviours/reveals.js'
import { submitOnce } from './behaviours/submit.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
createAll(SortableTable)

// govuk-frontend says aria-expanded on radios and checkboxes that reveal a question. WAI-ARIA does not allow it there
// (upstream knows: alphagov/govuk-frontend#979), so it goes, and a page with nothing to complain about says nothing.
for (const input of document.querySelectorAll('.govuk-radios__input[aria-expanded], .govuk-checkboxes__input[aria-expanded]')) {
  const strip = () => input.removeAttribute('aria-expanded')
  strip()
  new MutationObserver(strip).observe(input, { attributes: true, attributeFilter: ['aria-expanded'] })
}

for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print())

revealQuestions(document)
submitOnce(document)
keepDrafts(document)
