"""Roofline model and published latencies."""
