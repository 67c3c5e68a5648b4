// The page's own key for the slide is a letter, and a reader in a table means the table. React hears
// a key below the body, and the page's keys are heard above it: here it ends between the two.
document.body.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  const inTable = event.target instanceof Element && event.target.closest("[data-testid=stDataFrame]")
  if (plain && inTable && event.key.length === 1) event.stopPropagation()
})
