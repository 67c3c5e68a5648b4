"""Layout and rendering of pictures; the entry point is ``viz.drawing.diagrams``."""
