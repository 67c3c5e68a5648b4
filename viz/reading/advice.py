"""What to change where a state_dict does not fit its model."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from viz.net.config import Config
from viz.reading.tensors import Tensor
from viz.reading.words import classes_text, model_call, tensors_text, title_of

COUNTERS = "num_batches_tracked"
# Where trainers put the weights of a checkpoint.
BOXES = ("state_dict", "model_state_dict", "model", "net", "weights", "state_dict_ema", "ema")
HEADS = r"classifier|fc\d*|(\w+_)?head|heads|logits|predictions|linear|output|last_linear"
STEMS = (
    r"([A-Za-z_]+\.)*(conv_stem|stem|conv1|Conv1|Conv|conv|features\.0\.0|backbone\.0\.0|layer0)"
    r"(\.conv)?"
)
IMAGE_CHANNELS = (1, 3)  # grey and colour
BOXES_A_PLACE = (6, 9, 3, 2)  # of SSD, RetinaNet, YOLO and RetinaFace
MANY = 10  # names on both sides: another implementation, not another head


class Side(NamedTuple):
    """One side of the error: its network where what is listed shows it, and its tensors.

    ``several`` are networks that all explain what is listed.
    """

    match: Config | None
    widths: tuple[float, float]
    rules: tuple[str, ...]
    classes: int
    dialect: str
    tensors: tuple[Tensor, ...]
    several: tuple[Config, ...] = ()


def advice_of(
    file: Side, model: Side, missing: Sequence[str], unexpected: Sequence[str]
) -> Iterator[str]:
    """One sentence for each thing to change."""
    prefix = _prefix(missing, unexpected)
    if prefix:
        yield prefix
    elif missing and unexpected:
        yield from _about_names(file, model, missing, unexpected)
    elif missing or unexpected:
        yield _about_one_side(missing, unexpected, fits=not file.tensors)
    if file.tensors:
        yield from _about_shapes(file, model)


def _prefix(missing: Sequence[str], unexpected: Sequence[str]) -> str:
    """What to do where the names of one side are the other's behind a prefix."""
    theirs, ours = (
        [name for name in names if not name.endswith(COUNTERS)] for names in (unexpected, missing)
    )
    if start := _start(theirs, ours):
        code = f"{{k.removeprefix({start!r}): v for k, v in state_dict.items()}}"
        return f"The file's names have {start!r} before the model's: load {code}."
    if start := _start(ours, theirs):
        code = f"{{{start!r} + k: v for k, v in state_dict.items()}}"
        return f"The model's names have {start!r} before the file's: load {code}."
    return ""


def _start(longer: Sequence[str], shorter: Sequence[str]) -> str:
    """What stands before every shorter name; empty where nothing does."""
    held = set(longer)
    for first in shorter[:1]:
        for start in (name.removesuffix(first) for name in longer if name.endswith(first)):
            if start and all(start + name in held for name in shorter):
                return start
    return ""


def _about_names(
    file: Side, model: Side, missing: Sequence[str], unexpected: Sequence[str]
) -> Iterator[str]:
    if box := next((name for name in BOXES if name in unexpected), ""):
        yield (
            f"The file is a whole checkpoint, with the weights inside: load checkpoint[{box!r}]."
        )
    elif len(missing) < MANY or len(unexpected) < MANY:
        kept = ": viz.load(model, file, strict=False) keeps the model's own head"
        is_head = not file.tensors and all(map(is_in_head, (*missing, *unexpected)))
        yield f"The file lacks {missing[0]!r} and has {unexpected[0]!r}{kept * is_head}."
    elif file.match and model.match:
        return  # two networks, which is said below
    elif file.dialect != model.dialect:
        one, other = (f" as {s.dialect} does" if s.dialect else "" for s in (file, model))
        yield (
            f"The file names its layers{one or ' otherwise'}, the model{other or ' otherwise'}: if "
            "both are the same network, viz.load(model, file) carries the weights over by names "
            "and shapes; viz.identify(file) says which it is."
        )
    elif not file.tensors:
        yield (
            f"The file has {len(unexpected):,} names that the model has not, which has "
            f"{len(missing):,} others: viz.identify(file) says which network it is."
        )


def _about_one_side(missing: Sequence[str], unexpected: Sequence[str], *, fits: bool) -> str:
    """``fits``: what both have has the same shapes, or ``strict=False`` would not help.

    It is advised for heads only: layers in the middle would stay random, or run without a part.
    """
    names = missing or unexpected
    if all(name.endswith(COUNTERS) for name in names):
        return (
            f"Only {COUNTERS} differ, which inference does not need: load_state_dict(state_dict, "
            "strict=False)."
        )
    count, first = tensors_text(len(names)), f"the first is {names[0]!r}"
    helps = fits and all(map(is_in_head, names))
    if missing:
        kept = ": with strict=False they stay as the model has them" * helps
        return f"The file lacks {count}, {first}{kept}."
    left = ": strict=False leaves them out" * helps
    return f"The file has {count} that the model has not, {first}{left}."


def is_in_head(name: str) -> bool:
    """Whether a tensor belongs to what stands behind the features, which is learned anew."""
    return any(re.fullmatch(HEADS, part) for part in name.split(".")[:-1])


def _about_shapes(file: Side, model: Side) -> Iterator[str]:
    if not (file.match or model.match or file.several or model.several):
        yield _about_tensors(file, model)
        return
    for side, who in ((file, "The file"), (model, "The model")):
        if side.match:
            yield f"{who} is {_title(side.match, side.classes)}."
        elif side.several:
            names = [_title(config, side.classes) for config in side.several]
            yield f"{who} could be {', '.join(names[:-1])} or {names[-1]}."
    if file.match and not file.classes:
        yield "The error does not say how many classes they have."
    if file.match:
        yield f"Build the model as the file is: {model_call(file.match, file.rules)}."


def _title(config: Config, classes: int) -> str:
    """The network, with its classes where they are known."""
    name, width, _classes, *rest = title_of(config).split(" · ")
    return " · ".join([name, width, *([classes_text(classes)] if classes else []), *rest])


def _about_tensors(file: Side, model: Side) -> str:
    """What differs, where it does not say which networks these are."""
    first, other = file.tensors[0], model.tensors[0]
    if _is_one_layer(file) and file.classes and model.classes:
        return (
            f"Both are the same but for the classes, {file.classes:,} in the file and "
            f"{model.classes:,} in the model: build the model with num_classes={file.classes}, or "
            "keep its own classifier with viz.load(model, file, strict=False)."
        )
    if len(file.tensors) == 1 and _differs_in_inputs(first, other):
        return (
            f"Only {first.name!r} differs, in what enters: the file is for "
            f"{_channels(first)}, the model for {_channels(other)}. Build the model for "
            f"{first.shape[1]} (timm: in_chans, viz.build: in_channels)."
        )
    have = "has" if len(file.tensors) == 1 else "have"
    return (
        f"{tensors_text(len(file.tensors))} {have} another shape, the first is {first.name!r}: "
        f"{_text(first)} in the file, {_text(other)} in the model.{_boxes(file, model)} That does "
        "not say which networks they are."
    )


def _boxes(file: Side, model: Side) -> str:
    """Filters of a detector's head as boxes times classes; empty for anything else."""
    for theirs, ours in zip(file.tensors, model.tensors, strict=True):
        named = re.search(r"classification_head|cls_head|class_predict|\.conf\.", theirs.name)
        outs = [side.shape[0] for side in (theirs, ours) if len(side.shape) == 4]
        count = next((n for n in BOXES_A_PLACE if all(out % n == 0 for out in outs)), 0)
        if named and len(outs) == 2 and count and outs[0] != outs[1]:
            return (
                f" With {count} boxes a place, {outs[0]:,} and {outs[1]:,} filters are "
                f"{outs[0] // count:,} and {outs[1] // count:,} classes, the background included."
            )
    return ""


def _is_one_layer(side: Side) -> bool:
    return len({tensor.layer for tensor in side.tensors}) == 1


def _channels(tensor: Tensor) -> str:
    count = tensor.shape[1]
    return f"{count} input channel{'s' * (count != 1)}"


def _differs_in_inputs(one: Tensor, other: Tensor) -> bool:
    """Whether two kernels are a network's first, alike but for the channels of the image."""
    sides = (one.shape, other.shape)
    alike = all(len(s) == 4 and s[2] > 1 for s in sides) and one.shape[::2] == other.shape[::2]
    return alike and is_stem(one.layer) and any(s[1] in IMAGE_CHANNELS for s in sides)


def is_stem(layer: str) -> bool:
    """Whether a layer's name is that of a network's first convolution."""
    return re.fullmatch(STEMS, layer) is not None


def _text(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "a single value"
