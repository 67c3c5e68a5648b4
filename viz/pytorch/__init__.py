"""The only part that imports torch: modules, summaries, files, and the worker process."""
