"""What thousands of configurations cost, and which of them fit."""

from viz.ui.parts import space as part

part.show()
