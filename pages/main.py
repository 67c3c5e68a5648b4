"""The frame of every page, and the page that the reader is at (``viz/ui/menu.py`` lists them)."""

from viz.ui import admission, frame
from viz.ui.menu import sections

with admission.turn():
    frame.run(frame.navigation(sections()))
