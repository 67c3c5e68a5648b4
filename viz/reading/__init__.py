"""Files and modules of others: what tensors they hold, and which network that is."""
