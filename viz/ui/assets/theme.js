// Streamlit has no theme in its URL, and does not run the page again when the reader changes it.
let shown // the theme when this document was last looked at
let tried = false
const STILL_SECONDS = 3
let still

// Style sheets show some things only while the reader moves the pointer or has just tapped.
function moved() {
  document.body.classList.add("pointer-moves")
  clearTimeout(still)
  still = setTimeout(() => document.body.classList.remove("pointer-moves"), STILL_SECONDS * 1000)
}
for (const kind of ["pointermove", "pointerdown"]) document.addEventListener(kind, moved, { passive: true })

// A slide is 1920 x 1080 pixels, on a screen of any size.
function fit() {
  const scale = Math.min(innerWidth / 1920, innerHeight / 1080)
  document.documentElement.style.setProperty("--atlas-scale", scale)
}
addEventListener("resize", fit)
fit()

function luminance(colour) {
  const probe = document.createElement("canvas").getContext("2d")
  probe.fillStyle = colour
  const hex = probe.fillStyle
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

// Streamlit reads the theme of a page from its storage, once, while the document loads: the served page
// sets it (first_theme.py). Where a step within the app asks for another one, the page is loaded anew.
function load(theme) {
  const name = theme[0].toUpperCase() + theme.slice(1)
  localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, JSON.stringify(name))
  const here = location.href + theme
  if (sessionStorage.getItem("atlas-theme") === here) return // it did not help: no endless loop
  sessionStorage.setItem("atlas-theme", here)
  location.reload()
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const host = parentElement.host ?? parentElement
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim()
  if (!background) return
  const mode = luminance(background) < 128 ? "dark" : "light"
  const before = shown
  shown = mode
  if (!tried && data.wanted && data.wanted !== mode) {
    tried = true
    return load(data.wanted)
  }
  tried = true
  if (data.wanted === mode) sessionStorage.removeItem("atlas-theme")
  if (before && before !== mode) setTriggerValue("changed", mode)
  else if (mode !== data.mode) setTriggerValue("seen", mode)
}
