"""The only part that imports torch: modules, summaries and files."""

from viz.extras import require

require("viz.pytorch", "torch")
