// Questions that are asked only after another answer: hidden until their condition holds. Without this script all of
// them stand there with the condition in words, and the server drops what was not asked.
//
// <div data-asked-if='[{"name": "housing", "is": ["none"]}]'>; "" among the values means: no answer yet.

export function revealQuestions (page) {
  for (const form of page.forms) {
    const asked = form.querySelectorAll('[data-asked-if]')
    if (asked.length === 0) continue
    const show = () => asked.forEach((one) => { one.hidden = !JSON.parse(one.dataset.askedIf).every((rule) => holds(form, rule)) })
    form.addEventListener('change', show)
    form.addEventListener('input', show)
    show()
  }
}

function holds (form, { name, is }) {
  const data = new FormData(form)
  const instead = data.get(`${name}-nonanswer`)
  const given = instead ? [instead] : data.getAll(name).filter((value) => value !== '')
  // A question that is itself hidden was not asked, so it has no answer.
  const hidden = form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest('[data-asked-if][hidden]')
  return (given.length > 0 && !hidden ? given : ['']).some((value) => is.includes(value))
}
