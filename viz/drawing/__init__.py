"""How pictures are laid out, written as DOT and drawn; ``viz.diagrams`` is the way in."""
