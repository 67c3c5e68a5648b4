"""Eight bits: a network's weights and maps as whole numbers, and what that costs in precision.

``viz.net.scheme`` says how, ``affine`` has the arithmetic, ``runtime`` drives onnxruntime's own
quantiser, ``report`` is the measured answer. What loads weights and pictures stands in
``viz.lab.pytorch.quantize``. onnxruntime is imported here only, never by the app's server.
"""
