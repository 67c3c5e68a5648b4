"""Rows -> Plotly figures, and the same figures without a browser."""
