// Shows an SVG that can be zoomed, moved and clicked; reports the clicked box to Python.
const views = new WeakMap()

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

function boxOf(event) {
  return event.target.closest?.(".clickable")
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const figure = parentElement.querySelector(".figure")
  const holder = figure.querySelector(".picture")
  const view = views.get(figure) ?? { x: 0, y: 0, scale: 1, svg: null }
  views.set(figure, view)

  if (view.svg !== data.svg) {
    holder.innerHTML = data.svg
    view.svg = data.svg
    const svg = holder.querySelector("svg")
    svg.removeAttribute("width")
    svg.removeAttribute("height")
    svg.setAttribute("role", "group")
    svg.setAttribute("aria-label", data.label)
    place(figure, view)
  }

  figure.classList.toggle("plain", data.plain)
  const clickable = data.clickable
  for (const box of holder.querySelectorAll(".cell")) {
    box.classList.toggle("clickable", clickable && box.classList.contains("clickable"))
    if (!box.classList.contains("clickable")) continue
    box.setAttribute("tabindex", "0")
    box.setAttribute("role", "button")
    box.setAttribute("aria-pressed", String(box.id === data.selected))
    box.setAttribute("aria-label", [...box.querySelectorAll("text")].map((t) => t.textContent).join(", "))
    box.classList.toggle("selected", box.id === data.selected)
  }

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
    if (box && !moved) setTriggerValue("picked", box.id)
  }
  figure.onwheel = (event) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const frame = figure.getBoundingClientRect()
    zoom(figure, view, event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - frame.x, event.clientY - frame.y)
  }
  figure.onkeydown = (event) => {
    const box = boxOf(event)
    if (box && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault()
      setTriggerValue("picked", box.id)
    } else if (event.key === "+" || event.key === "=") zoom(figure, view, 1.3)
    else if (event.key === "-") zoom(figure, view, 1 / 1.3)
    else if (event.key === "0") reset(figure, view)
    else if (box && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      const boxes = [...holder.querySelectorAll(".clickable")]
      const next = boxes[boxes.indexOf(box) + (event.key === "ArrowRight" ? 1 : -1)]
      event.preventDefault()
      next?.focus()
    }
  }
  const [larger, smaller, whole] = figure.querySelectorAll(".tools button")
  larger.onclick = (event) => { event.stopPropagation(); zoom(figure, view, 1.4) }
  smaller.onclick = (event) => { event.stopPropagation(); zoom(figure, view, 1 / 1.4) }
  whole.onclick = (event) => { event.stopPropagation(); reset(figure, view) }
}
