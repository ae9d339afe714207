// The diagram of a definition or case, with marks on what is done and what is now.
//
// <div class="powrot-diagram" data-diagram-url="…" data-marks='{"verify": "done", "inform": "current"}'
//      data-text-label="…" data-text-now="…" data-text-in="…" data-text-out="…" data-text-fit="…" data-text-failed="…"></div>
//
// The list of steps beside it says the same in words; without this script, and for who cannot see it, the list is enough.
import BaseViewer from 'bpmn-js/lib/Viewer'
import KeyboardMove from 'diagram-js/lib/navigation/keyboard-move'
import MoveCanvas from 'diagram-js/lib/navigation/movecanvas'
import ZoomScroll from 'diagram-js/lib/navigation/zoomscroll'

const READABLE = 0.55 // below this scale nobody can read a label; then the current step comes first

for (const frame of document.querySelectorAll('[data-diagram-url]')) show(frame)

async function show (frame) {
  const { diagramUrl, marks, textFailed } = frame.dataset
  try {
    const response = await fetch(diagramUrl, { credentials: 'same-origin' })
    if (!response.ok) throw new Error(`${diagramUrl}: ${response.status}`)
    await draw(frame, await response.text(), JSON.parse(marks || '{}'))
  } catch (error) {
    console.error(error)
    frame.replaceChildren(element('p', 'govuk-body', textFailed))
  }
  frame.dataset.drawn = 'yes'
}

async function draw (frame, xml, marks) {
  const container = element('div', 'powrot-diagram__canvas')
  frame.replaceChildren(container)
  const viewer = new BaseViewer({
    container,
    additionalModules: [KeyboardMove, MoveCanvas, ZoomScroll],
    zoomScroll: { enabled: false }, // the wheel scrolls the page, until the diagram is chosen by a click or the keyboard
  })
  await viewer.importXML(xml)
  frame.prepend(tools(frame, viewer))
  name(container, frame.dataset.textLabel)
  focusDecidesTheWheel(container, viewer)
  const current = mark(viewer, marks, frame.dataset.textNow)
  fit(viewer, current)
}

function name (container, label) {
  const svg = container.querySelector('svg')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label ?? '')
  svg.setAttribute('tabindex', '0')
}

function focusDecidesTheWheel (container, viewer) {
  container.addEventListener('focusin', () => viewer.get('zoomScroll').toggle(true))
  container.addEventListener('focusout', () => viewer.get('zoomScroll').toggle(false))
}

// Answers the first current element, if any; a task that somebody has to do rather than an event that waits.
function mark (viewer, marks, now) {
  const canvas = viewer.get('canvas')
  const known = Object.entries(marks).filter(([id]) => viewer.get('elementRegistry').get(id))
  for (const [id, state] of known) {
    canvas.addMarker(id, `powrot-mark-${state}`)
    if (state === 'current' && now) {
      viewer.get('overlays').add(id, { position: { top: -20, left: 0 }, html: element('span', 'powrot-diagram__now', now) })
    }
  }
  const current = known.filter(([, state]) => state === 'current').map(([id]) => id)
  return current.find((id) => viewer.get('elementRegistry').get(id).type.endsWith('Task')) ?? current[0]
}

function fit (viewer, current) {
  const canvas = viewer.get('canvas')
  if (canvas.zoom('fit-viewport', 'auto') >= READABLE || !current) return
  const { x, y, width, height } = viewer.get('elementRegistry').get(current)
  const view = canvas.viewbox().outer
  const zoom = 0.8
  canvas.viewbox({
    x: x + width / 2 - view.width / zoom / 2,
    y: y + height / 2 - view.height / zoom / 2,
    width: view.width / zoom,
    height: view.height / zoom,
  })
}

function tools ({ dataset }, viewer) {
  const bar = element('div', 'powrot-diagram__tools')
  const canvas = viewer.get('canvas')
  const actions = {
    [dataset.textOut]: () => canvas.zoom(canvas.zoom() / 1.25),
    [dataset.textIn]: () => canvas.zoom(canvas.zoom() * 1.25),
    [dataset.textFit]: () => canvas.zoom('fit-viewport', 'auto'),
  }
  for (const [text, act] of Object.entries(actions)) {
    const button = element('button', 'govuk-button govuk-button--secondary govuk-!-margin-bottom-0', text)
    button.type = 'button'
    button.addEventListener('click', act)
    bar.append(button)
  }
  return bar
}

function element (tag, classes, text = '') {
  const made = document.createElement(tag)
  made.className = classes
  made.textContent = text
  return made
}
