// A form is sent once: after the first click its buttons sleep until the page is shown again (also from the back button).
// The server refuses a second sending anyway; this only spares people the refusal.

export function submitOnce (page) {
  page.addEventListener('submit', (event) => {
    const form = event.target
    if (event.defaultPrevented || form.method !== 'post' || 'allowRepeat' in form.dataset) return
    // After this turn, because a disabled button would not be sent with the form.
    setTimeout(() => buttons(form).forEach((button) => { button.disabled = true }))
  })
  window.addEventListener('pageshow', () => {
    for (const form of page.forms) buttons(form).forEach((button) => { button.disabled = button.defaultDisabled })
  })
  for (const form of page.forms) buttons(form).forEach((button) => { button.defaultDisabled = button.disabled })
}

const buttons = (form) => [...form.elements].filter((element) => element.type === 'submit')
