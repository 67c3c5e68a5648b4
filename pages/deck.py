"""A whole lecture as one file."""

from viz.ui.parts import deck as part

networks, topics = part.chosen()
part.build_buttons(networks, topics)
part.explain()
part.show_slides(networks, topics)
