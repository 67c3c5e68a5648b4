"""The arithmetic of single lessons, from the same operations and costs as whole networks."""
