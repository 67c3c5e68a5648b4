// Streamlit does not run the page again when the reader changes the theme: this asks it to.
const asked = new WeakMap()
const STILL_SECONDS = 3
let still

// Style sheets show some things only while the reader moves the pointer or has just tapped.
function moved() {
  document.body.classList.add("pointer-moves")
  clearTimeout(still)
  still = setTimeout(() => document.body.classList.remove("pointer-moves"), STILL_SECONDS * 1000)
}
for (const kind of ["pointermove", "pointerdown"]) document.addEventListener(kind, moved, { passive: true })

function luminance(colour) {
  const probe = document.createElement("canvas").getContext("2d")
  probe.fillStyle = colour
  const hex = probe.fillStyle
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const host = parentElement.host ?? parentElement
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim()
  if (!background) return
  const mode = luminance(background) < 128 ? "dark" : "light"
  if (mode !== data.mode && asked.get(host) !== mode) setTriggerValue("changed", mode)
  asked.set(host, mode)
}
