"""Traces -> typed rows: tables, comparisons, sweeps and checks."""
