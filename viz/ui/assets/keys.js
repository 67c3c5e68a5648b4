// The page's own key for the slide is a letter, and a reader in a table means the table.
window.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  const inTable = event.target instanceof Element && event.target.closest("[data-testid=stDataFrame]")
  if (plain && inTable && event.key.length === 1) event.stopImmediatePropagation()
}, { capture: true })
