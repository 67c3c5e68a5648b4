// Streamlit enters a page and what the page writes into its own URL as two steps of the history, or
// as one, whichever message comes first: Back then stays on the page. Here both are one step, until
// the reader does something again.
{
  const { history, location } = window
  const push = history.pushState.bind(history)
  let acted = true // whether the reader did something since the last step
  let entered = false // whether that step came to another page
  for (const kind of ["pointerdown", "keydown", "change", "drop"]) {
    window.addEventListener(kind, () => { acted = true }, { capture: true, passive: true })
  }
  window.addEventListener("popstate", () => [acted, entered] = [false, true])
  history.pushState = (state, title, url) => {
    const enters = new URL(url ?? "", location.href).pathname !== location.pathname
    if (!acted && (enters || entered)) history.replaceState(state, title, url)
    else push(state, title, url)
    entered = enters || (!acted && entered)
    acted = false
  }
}
