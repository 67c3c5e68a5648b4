"""Weights that their makers published, known by the SHA-256 of their files.

torchvision and d-li14 put the first eight digits of it into a file's name. A name alone proves
nothing: only a file whose own SHA-256 begins so is that file.
"""

import hashlib
import re
from pathlib import Path

# Name without the digits -> the digits, with ImageNet top-1 accuracy where there is one
# (torchvision's documentation of its weights; README of d-li14/mobilenetv3.pytorch).
PUBLISHED: dict[str, str] = {
    "b0353104": "torchvision's MobileNet_V2_Weights.IMAGENET1K_V1, top-1 71.878 %",
    "7ebf99e0": "torchvision's MobileNet_V2_Weights.IMAGENET1K_V2, top-1 72.154 %",
    "8738ca79": "torchvision's MobileNet_V3_Large_Weights.IMAGENET1K_V1, top-1 74.042 %",
    "5c1a4163": "torchvision's MobileNet_V3_Large_Weights.IMAGENET1K_V2, top-1 75.274 %",
    "047dcff4": "torchvision's MobileNet_V3_Small_Weights.IMAGENET1K_V1, top-1 67.668 %",
    "37f702c5": "torchvision's MobileNet_V2_QuantizedWeights.IMAGENET1K_QNNPACK_V1",
    "5bcacf28": "torchvision's MobileNet_V3_Large_QuantizedWeights.IMAGENET1K_QNNPACK_V1",
    "d234d4ea": "torchvision's LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1",
    "fc3c493d": "torchvision's DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1",
    "a79551df": "torchvision's SSDLite320_MobileNet_V3_Large_Weights.COCO_V1",
    "1cd25616": "d-li14's mobilenetv3-large-1cd25616.pth",
    "9632d2a8": "d-li14's mobilenetv3-large-0.75-9632d2a8.pth",
    "55df8e1f": "d-li14's mobilenetv3-small-55df8e1f.pth",
    "86c972c3": "d-li14's mobilenetv3-small-0.75-86c972c3.pth",
}
DIGITS = 8


def published_as(path: Path) -> tuple[str, str]:
    """Whose published weights a file is, and a warning where its name says what it is not.

    Either may be empty. Reads the whole file once.
    """
    with path.open("rb") as opened:
        digits = hashlib.file_digest(opened, "sha256").hexdigest()[:DIGITS]
    said = re.search(rf"[-_]([0-9a-f]{{{DIGITS}}})\.", path.name)
    if said and said.group(1) in PUBLISHED and said.group(1) != digits:
        name = PUBLISHED[said.group(1)].partition(",")[0]
        return (
            "",
            f"Its name says {name}, but its SHA-256 begins with {digits}: it is not that file.",
        )
    return PUBLISHED.get(digits, ""), ""
