// Shows an SVG that can be zoomed, moved and clicked; reports the clicked box to Python.
const views = new WeakMap()

// The first stop of Tab leads past menu, sidebar and controls to a picture's boxes, where there are any.
const skip = document.getElementById("atlas-skip") ?? document.body.insertBefore(
  Object.assign(document.createElement("button"), { id: "atlas-skip", type: "button", hidden: true }),
  document.body.firstChild,
)
skip.figures ??= new Set()
const firstBox = (which = "[tabindex='0']") => {
  for (const figure of skip.figures) if (!figure.isConnected) skip.figures.delete(figure)
  const boxes = [...skip.figures].map((figure) => figure.querySelector(`.clickable${which}`))
  return boxes.find((box) => box?.checkVisibility({ visibilityProperty: true }))
}
skip.onclick = () => firstBox()?.focus()
addEventListener("keydown", (event) => {
  if (event.key === "Tab") skip.hidden = !firstBox() // before the focus moves
  // Nothing has the focus, as after the slide view: Escape is the open box's.
  if (event.key === "Escape" && event.isTrusted && document.activeElement === document.body)
    firstBox(".selected")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))
}, { capture: true })

function place(figure, view) {
  const svg = figure.querySelector("svg")
  const width = figure.clientWidth
  const height = figure.clientHeight
  view.x = Math.min(0, Math.max(view.x, width * (1 - view.scale)))
  view.y = Math.min(0, Math.max(view.y, height * (1 - view.scale)))
  svg.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`
  figure.classList.toggle("zoomed", view.scale > 1)
}

function zoom(figure, view, factor, x, y) {
  const scale = Math.min(8, Math.max(1, view.scale * factor))
  const px = x ?? figure.clientWidth / 2
  const py = y ?? figure.clientHeight / 2
  view.x = px - ((px - view.x) * scale) / view.scale
  view.y = py - ((py - view.y) * scale) / view.scale
  view.scale = scale
  place(figure, view)
}

function reset(figure, view) {
  Object.assign(view, { x: 0, y: 0, scale: 1 })
  place(figure, view)
}

// The box to move to with an arrow key: the next one in a line, the nearest one above or below.
function neighbour(boxes, box, key) {
  const at = boxes.indexOf(box)
  if (key === "ArrowRight") return boxes[at + 1]
  if (key === "ArrowLeft") return boxes[at - 1]
  if (key === "Home") return boxes[0]
  if (key === "End") return boxes[boxes.length - 1]
  const middle = (b) => { const r = b.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] }
  const [x, y] = middle(box)
  const down = key === "ArrowDown" ? 1 : -1
  const far = boxes.map((b) => ({ b, m: middle(b) })).filter(({ m }) => (m[1] - y) * down > 4)
  const line = Math.min(...far.map(({ m }) => Math.abs(m[1] - y)))
  return far
    .filter(({ m }) => Math.abs(m[1] - y) < line + 4)
    .sort((p, q) => Math.abs(p.m[0] - x) - Math.abs(q.m[0] - x))[0]?.b
}

const MOVES = ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Home", "End"]
let opened = "" // the picture may be drawn anew, and must not lose the focus
let picked = -Infinity // when a box was: what it opens is to be seen
const SOON = 3000 // milliseconds in which what comes is what was opened

function boxOf(event) {
  return event.target.closest?.(".clickable")
}

// Pictures are sent packed: as text they would be several times as long. (Not through a Blob or a
// Response: their streams pass through another process, and wait for it while the page loads.)
async function unpacked(text) {
  const inflater = new DecompressionStream("deflate")
  const writer = inflater.writable.getWriter()
  writer.write(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)))
  writer.close()
  const reader = inflater.readable.pipeThrough(new TextDecoderStream()).getReader()
  let svg = ""
  for (let part = await reader.read(); !part.done; part = await reader.read()) svg += part.value
  return svg
}

// A page's style sheet may come after its picture, which would then jump to another place.
async function styled() {
  const root = getComputedStyle(document.documentElement)
  const start = performance.now()
  while (!root.getPropertyValue("--atlas-ink") && performance.now() - start < SOON)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

export default async function (component) {
  const { data, parentElement } = component
  const figure = parentElement.querySelector(".figure")
  const holder = figure.querySelector(".picture")
  const view = views.get(figure) ?? { x: 0, y: 0, scale: 1, packed: null, shown: null }
  views.set(figure, view)
  view.packed = data.packed
  if (view.shown !== data.packed) {
    const svg = await unpacked(data.packed)
    await styled()
    if (view.packed !== data.packed) return // a newer picture has come meanwhile
    holder.innerHTML = svg
    view.shown = data.packed
    // A picture without buttons is one image to a screen reader, not a run of its words.
    holder.querySelector("svg").setAttribute("role", data.clickable || data.slide ? "group" : "img")
    place(figure, view)
    if (!data.clickable) reveal(figure)
  }
  holder.querySelector("svg").setAttribute("aria-label", data.label)
  dress(component, figure, holder, view)
}

// Below a narrow page's picture what was opened may be out of sight.
function reveal(figure) {
  if (performance.now() - picked > SOON) return
  picked = -Infinity
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches
  requestAnimationFrame(() => figure.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" }))
}

function dress(component, figure, holder, view) {
  const { data, parentElement, setTriggerValue } = component
  const frame = parentElement.querySelector(".frame")
  frame.classList.toggle("plain", data.plain)
  frame.classList.toggle("slide", data.slide)
  frame.querySelector(".hint").textContent = data.hint
  const clickable = data.clickable
  if (clickable) {
    skip.figures.add(figure)
    skip.textContent = data.skip
  }
  const reached = data.slide ? ".cell" : ".clickable" // by Tab and arrow keys: a slide is read, not opened
  const selected = [...holder.querySelectorAll(".clickable")].find((box) => box.id === data.selected)
  for (const box of holder.querySelectorAll(".cell")) {
    box.classList.toggle("clickable", clickable && box.classList.contains("clickable"))
    if (!box.matches(reached)) continue
    // One box takes part in the order of Tab: the open one, else the first.
    box.setAttribute("tabindex", box === (selected ?? holder.querySelector(reached)) ? "0" : "-1")
    box.setAttribute("role", data.slide ? "img" : "button")
    if (clickable) box.setAttribute("aria-pressed", String(box.id === data.selected))
    box.setAttribute("aria-label", [...box.querySelectorAll("text")].map((t) => t.textContent).join(", "))
    box.classList.toggle("selected", box.id === data.selected)
    if (opened && box.id === opened) box.focus({ preventScroll: true })
  }
  if (opened === data.selected) opened = ""
  if (data.slide) { // its keys are its picture's, without a click before
    figure.tabIndex = -1
    if (!figure.contains(figure.getRootNode().activeElement)) figure.focus({ preventScroll: true })
  } else figure.removeAttribute("tabindex")

  let start = null
  let moved = false
  figure.onpointerdown = (event) => {
    moved = false
    if (view.scale > 1) start = { x: event.clientX - view.x, y: event.clientY - view.y }
  }
  figure.onpointermove = (event) => {
    if (!start || !(event.buttons & 1)) return
    const x = event.clientX - start.x
    const y = event.clientY - start.y
    if (Math.abs(x - view.x) + Math.abs(y - view.y) > 4) moved = true
    figure.classList.add("dragging")
    Object.assign(view, { x, y })
    place(figure, view)
  }
  figure.onpointerup = figure.onpointerleave = () => {
    start = null
    figure.classList.remove("dragging")
  }
  figure.onclick = (event) => {
    const box = boxOf(event)
    if (!box || moved) return
    opened = box.id === data.selected ? "" : box.id
    if (opened) picked = performance.now()
    for (const other of holder.querySelectorAll(".selected")) other.classList.remove("selected")
    box.classList.toggle("selected", Boolean(opened)) // at once, however slow the server is
    setTriggerValue("picked", box.id)
  }
  figure.onwheel = (event) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const edge = figure.getBoundingClientRect()
    zoom(figure, view, event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - edge.x, event.clientY - edge.y)
  }
  figure.onkeydown = (event) => {
    const box = event.target.closest?.(reached)
    if (box && clickable && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault()
      opened = box.id
      picked = performance.now()
      setTriggerValue("picked", box.id)
    } else if (event.key === "Escape" && selected && clickable) {
      event.preventDefault()
      event.stopPropagation()
      setTriggerValue("picked", selected.id) // picking the open one again closes it
    } else if (event.key === "+" || event.key === "=") zoom(figure, view, 1.3)
    else if (event.key === "-") zoom(figure, view, 1 / 1.3)
    else if (event.key === "0") reset(figure, view)
    else if (box && MOVES.includes(event.key)) {
      event.preventDefault()
      const next = neighbour([...holder.querySelectorAll(reached)], box, event.key)
      if (!next) return
      box.setAttribute("tabindex", "-1")
      next.setAttribute("tabindex", "0")
      next.focus()
    }
  }
  const [larger, smaller, whole] = frame.querySelectorAll(".tools button")
  larger.onclick = (event) => { event.stopPropagation(); zoom(figure, view, 1.4) }
  smaller.onclick = (event) => { event.stopPropagation(); zoom(figure, view, 1 / 1.4) }
  whole.onclick = (event) => { event.stopPropagation(); reset(figure, view) }
}
