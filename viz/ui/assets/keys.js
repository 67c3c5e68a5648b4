// The page's own key for the slide is a letter, and a reader in a table means the table. React hears
// a key below the body, and the page's keys are heard above it: here it ends between the two.
document.body.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  const inTable = event.target instanceof Element && event.target.closest("[data-testid=stDataFrame]")
  if (plain && inTable && event.key.length === 1) event.stopPropagation()
})
// A click on a link closes what is open over the page, and that asks for a run of the page that is
// being left: it would take the place of the run of the page that the link leads to. React has heard
// the click below; what is open hears it above, where it ends.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[href]")
  if (link && link.target !== "_blank") event.stopImmediatePropagation()
})
// The slide's keys are heard by buttons of the last run, which may not have come yet, or may just be
// replaced: Escape leads out however slow the server is, and whatever has the focus.
{
  const PATIENCE = 15000, AGAIN = 2000, LOOK = 100 // milliseconds; a second click starts the run anew
  let entered = -Infinity // when S was pressed
  let clicked, leaving
  const button = () => document.querySelector(".st-key-leave button")
  const isSlide = () => new URLSearchParams(location.search).get("view") === "slide"
  function leave(end) {
    const now = performance.now()
    if (isSlide() && button() && now - clicked > AGAIN) {
      clicked = now
      button().click()
    }
    const hasLeft = clicked > 0 && !isSlide()
    if (now < end && !hasLeft) leaving = setTimeout(leave, LOOK, end)
  }
  const stay = () => clearTimeout(leaving)
  window.addEventListener("pointerdown", stay, { capture: true, passive: true })
  window.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "s") {
      entered = performance.now()
      stay()
    }
    if (event.key !== "Escape" || document.querySelector("[role=dialog]")) return
    const now = performance.now()
    if (!isSlide() && !button() && now - entered > PATIENCE) return
    document.activeElement?.blur?.()
    stay()
    clicked = entered = -Infinity
    leave(now + PATIENCE)
  }, { capture: true })
}
// A slider is named by its own label and by its group's, which is the same one.
document.addEventListener("focusin", ({ target }) => {
  if (target.type === "range" && target.ariaLabel) target.removeAttribute("aria-labelledby")
})
// A story goes on and back by arrow keys, and by those that presenters send; what has arrow keys of its
// own keeps them. On the way on the answer comes first.
{
  const WAYS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back" }
  const ROLES = ["slider", "radio", "tab", "combobox", "listbox", "menu", "menuitem", "dialog", "grid"]
  const FIELDS = ["input", "textarea", "select", "[contenteditable]", "[data-testid=stDataFrame]"]
  const OWN = [...FIELDS, ...ROLES.map((role) => `[role=${role}]`)].join(", ")
  window.addEventListener("keydown", (event) => {
    const way = WAYS[event.key]
    if (!way || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.composedPath().some((each) => each instanceof Element && each.matches(OWN))) return
    const answer = way === "next" && document.querySelector(".st-key-reveal button")
    const goal = answer || document.querySelector(`.st-key-story-${way} a`)
    if (!goal) return
    event.preventDefault()
    goal.click()
  })
}
