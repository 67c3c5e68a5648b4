"""The seam to Streamlit: the only part of the library that imports it."""
