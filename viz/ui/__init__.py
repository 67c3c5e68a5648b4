"""The seam to Streamlit: the only part of the library that imports it."""

from viz.extras import require

require("viz.ui", "streamlit")
