"""What a device makes of a network: a roofline computed from the trace, and published times."""
