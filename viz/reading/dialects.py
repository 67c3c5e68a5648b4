"""Whose names a file's tensors have. Names are said for the reader's sake: nothing depends on them
but which of several equal width rules is named."""

import re
from collections.abc import Collection, Sequence

# The first pattern that one of the names fits, from the particular to the general; the second
# entry is the width rule of that library.
DIALECTS: tuple[tuple[str, str, str], ...] = (
    ("timm", "timm", r"(^|\.)blocks\.\d+\.\d+\.(conv_dw|conv_pw|conv_pwl)\.weight$"),
    ("mmpretrain", "slim", r"(^|\.)layer\d+\.(\d+\.)?(depthwise_conv|conv\.\d)\.conv\.weight$"),
    ("torchvision", "torchvision", r"(^|\.)\d+\.block\.\d+\.\d\.weight$"),
    ("torchvision", "torchvision", r"(^|\.)\d+\.conv\.\d+\.\d\.weight$"),
    ("kuan-wang", "torchvision", r"(^|\.)features\.1[48]\.weight$"),
    ("d-li14", "keras", r"(^|\.)features\.\d+\.conv\.\d+\.fc\.0\.weight$"),
    ("tonylins", "torchvision", r"(^|\.)features\.\d+\.conv\.[3467]\.weight$"),
    ("xiaolai-sqlai", "torchvision", r"(^|\.)bneck\.\d+\.conv1\.weight$"),
    ("RetinaFace", "slim", r"(^|\.)stage1\.\d+\.\d\.weight$"),
    ("Keras", "keras", r"(^|/)(conv_dw_\d+|(expanded_conv|block_\d+)(_\d+)?_depthwise)/"),
    ("TF-slim", "slim", r"/depthwise_weights"),
)


LONGEST = 120  # characters of a name that are looked at


def dialect_of(names: Sequence[str]) -> str:
    """The dialect, empty where none is known."""
    for dialect, _, pattern in DIALECTS:
        if any(re.search(pattern, name[-LONGEST:]) for name in names):
            return dialect
    return ""


def rule_of(dialect: str, options: Collection[str] = ()) -> str:
    """The width rule of a dialect's library for a network with these options; empty for none."""
    if dialect == "timm" and "minimalistic" in options:  # only its tf_ networks are, and TF-slim's
        return "slim"
    return next((rule for name, rule, _ in DIALECTS if name == dialect), "")
