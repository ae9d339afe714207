// Drafts: what is typed is kept on the server while it is typed, and in this tab while the server cannot be reached.
//
// <form data-autosave-url="…" data-autosave-owner="…" data-autosave-version="3"
//       data-text-saving="…" data-text-saved="Zapisano o {time}" data-text-offline="…"
//       data-text-signed-out="…" data-text-refused="…">   <p data-save-state role="status"></p>
//
// Sends POST {"owner": "…", "version": 3, "fields": [["name", "value"], …]} with the form's csrf_token as X-CSRFToken;
// files, passwords and fields marked data-autosave="no" stay out. The server compares the owner with who is signed in now:
// somebody else may have signed in in another tab.
//
// Its answers: 2xx, maybe with {"version": 4}: saved. 401, 403 or a redirection: signed out. Another 4xx: refused, maybe
// with {"message": "…"} to show, and not tried again. Anything else: offline, tried again.

const PAUSE = 2000 // ms after the last key
const AGAIN = 15000 // ms until the next try when the server could not be reached
const SHELF = 'powrot-draft:'

export function keepDrafts (page) {
  const owner = page.body.dataset.user
  if (owner || 'forgetDrafts' in page.body.dataset) forgetOthers(owner)
  for (const form of page.querySelectorAll('form[data-autosave-url]')) new Draft(form)
}

// Several people share a computer and sometimes a tab: what one left unsent is never sent, or shown, as another's.
function forgetOthers (owner) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(SHELF) && !(owner && key.startsWith(`${SHELF}${owner}:`))) sessionStorage.removeItem(key)
  }
}

class Draft {
  constructor (form) {
    this.form = form
    this.url = form.dataset.autosaveUrl
    this.owner = form.dataset.autosaveOwner
    this.key = `${SHELF}${this.owner}:${this.url}`
    this.version = Number(form.dataset.autosaveVersion ?? 0)
    this.status = form.querySelector('[data-save-state]') ?? document.querySelector('[data-save-state]')
    this.unsaved = false
    this.listen()
    this.sendLeftover()
  }

  listen () {
    this.form.addEventListener('input', () => this.changed(PAUSE))
    this.form.addEventListener('change', () => this.changed(0))
    this.form.addEventListener('submit', (event) => {
      // a draft on its way is not saved yet: pressed in that moment, the form waits for its answer too
      if (!event.defaultPrevented) this.unsaved || this.sending || this.kept ? this.saveFirst(event) : this.submitted()
    })
    window.addEventListener('online', () => this.unsaved && this.changed(0))
    window.addEventListener('focus', () => this.signedOut && this.changed(0))
    window.addEventListener('pageshow', (event) => { if (event.persisted) this.changed(0) })
    document.addEventListener('visibilitychange', () => { if (document.hidden && this.unsaved) this.save(true) })
    window.addEventListener('beforeunload', (event) => { if (this.unsaved) event.preventDefault() })
  }

  changed (wait) {
    if (this.closed) return
    this.unsaved = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), wait)
  }

  fields () {
    const left = new Set([...this.form.querySelectorAll('[data-autosave="no"], [type="password"]')].map(({ name }) => name))
    return [...new FormData(this.form)].filter(([name, value]) =>
      typeof value === 'string' && name !== 'csrf_token' && !left.has(name))
  }

  async save (leaving = false) {
    if (this.sending) { this.again = true; return }
    clearTimeout(this.timer)
    this.unsaved = false
    this.say('saving')
    await (this.sent = this.send(this.fields(), leaving))
    if (this.again && !this.closed) { this.again = false; this.changed(0) }
  }

  async send (fields, leaving) {
    this.sending = new AbortController()
    try {
      if (this.signedOut) await this.renew()
      this.answered(await this.post(fields, leaving), fields)
    } catch (error) {
      if (error.name !== 'AbortError') this.keep(fields, 'offline')
    } finally {
      this.sending = null
    }
  }

  // Who signed in again in another tab has a new token; only a page of the same person may lend it.
  async renew () {
    const response = await fetch(location.href, { credentials: 'same-origin', signal: this.sending.signal })
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    const fresh = page.querySelector('[name="csrf_token"]')
    if (fresh && page.body.dataset.user === this.owner) this.form.elements.csrf_token.value = fresh.value
  }

  async post (fields, leaving) {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'X-CSRFToken': this.form.elements.csrf_token?.value ?? '',
      },
      body: JSON.stringify({ owner: this.owner, version: this.version, fields }),
      credentials: 'same-origin',
      keepalive: leaving, // a page that is being left may still finish this request
      redirect: 'manual',
      signal: this.sending.signal,
    })
    const json = (response.headers.get('Content-Type') ?? '').includes('json')
    return { status: response.type === 'opaqueredirect' ? 401 : response.status, body: json ? await response.json() : {} }
  }

  answered ({ status, body }, fields) {
    this.signedOut = status === 401 || status === 403
    if (status >= 200 && status < 300) return this.saved(body)
    if (this.signedOut) return this.keep(fields, 'signed-out')
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) return this.refuse(body)
    this.keep(fields, 'offline')
  }

  saved ({ version }) {
    this.kept = false
    this.version = version ?? this.version
    sessionStorage.removeItem(this.key)
    this.say('saved', { time: new Date().toLocaleTimeString(document.documentElement.lang || [], { timeStyle: 'short' }) })
  }

  // Not by itself readable for another person: forgetOthers() clears it as soon as somebody else's page opens in this tab.
  keep (fields, state) {
    this.unsaved = this.kept = true
    try {
      sessionStorage.setItem(this.key, JSON.stringify(fields))
    } catch {
      // No room or not allowed: the text is still in the fields, and the page still warns before it is left.
    }
    this.say(state)
    this.timer = setTimeout(() => this.save(), AGAIN)
  }

  refuse ({ message }) {
    this.closed = true
    this.kept = false
    sessionStorage.removeItem(this.key)
    this.say('refused', {}, message)
  }

  // Without a session or a connection the post would lose what is not saved yet: then the page stays and says why.
  async saveFirst (event) {
    event.preventDefault()
    while (this.sending) await this.sent
    if (this.unsaved || this.kept) await this.save()
    if (!this.kept) this.form.requestSubmit(event.submitter)
  }

  submitted () {
    this.closed = true
    this.unsaved = false
    clearTimeout(this.timer)
    this.sending?.abort() // a draft must not arrive after the answers
    sessionStorage.removeItem(this.key)
  }

  // What an earlier page of this tab could not send goes first; then the server shows the whole form from it, because
  // only the server knows how many rows and which questions that makes.
  async sendLeftover () {
    const leftover = sessionStorage.getItem(this.key)
    if (leftover === null) return
    this.say('saving')
    await this.send(JSON.parse(leftover), false)
    if (sessionStorage.getItem(this.key) === null && !this.closed && !this.unsaved) location.reload()
  }

  say (state, values = {}, sentence) {
    if (!this.status) return
    const camel = 'text' + state.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('')
    const text = sentence ?? this.form.dataset[camel] ?? ''
    this.status.dataset.state = state
    this.status.textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
  }
}
