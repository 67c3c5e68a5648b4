"""Networks as data, and their traces: the hub from which everything else is read."""
