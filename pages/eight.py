"""Lesson on eight bits."""

from viz.ui.parts import eight as part

part.show()
