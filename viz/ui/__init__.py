"""The seam to Streamlit: the only part of the library that imports it."""

from viz.extras import require

require("viz.ui", "streamlit")

from viz.ui.logs import set_up  # noqa: E402 - Streamlit logs while what follows is imported

set_up()
