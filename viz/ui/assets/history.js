// Streamlit pushes a step of the history for a new page and for each message that changes its URL,
// in whichever order they come: Back then stays on the page, or forgets what was chosen. Here all
// that happens without the reader doing anything belongs to the step before.
{
  const { history } = window
  const push = history.pushState.bind(history)
  let acted = false // whether the reader did something since the last step
  for (const kind of ["pointerdown", "keydown", "change", "drop"]) {
    window.addEventListener(kind, () => { acted = true }, { capture: true, passive: true })
  }
  window.addEventListener("popstate", () => { acted = false })
  history.pushState = (state, title, url) => {
    if (acted) push(state, title, url)
    else history.replaceState(state, title, url)
    acted = false
  }
}
