"""Claims that are not computed here, each with its reason."""

from viz.claims.claim import OpenClaim

_DATA = (
    "Needs ImageNet or V1's weights trained on it, neither of which comes with the Atlas; the "
    "papers' figures are cited."
)
_KERAS = "A statement about Keras's own tools, which the Atlas does not run."
_DATE = "Historical fact, nothing to compute."

UNCOMPUTED = (
    OpenClaim("C3", ("001:40",), "Accuracy falls only slightly.", _DATA),
    OpenClaim("C6", ("001:49",), "Many depthwise kernels die.", _DATA),
    OpenClaim(
        "C19",
        ("001:119",),
        "Why h-swish is used in deep layers.",
        "An explanation, nothing to compute.",
    ),
    OpenClaim("C36", ("003:5",), "V3 was proposed on 21 March 2019.", _DATE),
    OpenClaim("C46", ("004:12",), "V3 is the newest version.", _DATE),
    OpenClaim("C49", ("004:184",), "A line of Keras's summary of V3-Small.", _KERAS),
    OpenClaim("C50", ("004:184",), "That summary has more than a hundred layers.", _KERAS),
    OpenClaim("C52", ("004:184",), "pip install graphviz pydot is enough.", _KERAS),
    OpenClaim("C53", ("004:184",), "There is a keras.applications.MobileNetV3.", _KERAS),
    OpenClaim("C54", ("004:184",), "Keras models can be saved for Netron.", _KERAS),
    OpenClaim("C55", ("001:103",), "V3 was found by MnasNet and NetAdapt.", _DATE),
)
