"""Any CNN -> trace: a graph of nodes becomes operations, and operations become blocks.

A file (``formats.onnx_graph``) or a module (``viz.pytorch.exported``) gives the nodes; what follows
is the same for both. Nothing is guessed: a node that is not known keeps its own name, and is listed
as not counted.
"""
