"""What the README says of speed, measured: every figure is a ratio, side by side in one run."""
