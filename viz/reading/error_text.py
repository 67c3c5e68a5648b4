"""What an error of loading weights lists, in the words of PyTorch, mmcv, TensorFlow and Keras."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from viz.reading import limits
from viz.reading.tensors import ReadError, Tensor, tensor


def _sides(who: str) -> str:
    return rf"(?P<{who}>(?:\d+(?:, ?\d+)*)?),?"


def _size(who: str) -> str:
    return rf"torch\.Size\(\[{_sides(who)}\]\)"


def _tuple(who: str) -> str:
    return rf"[(\[]{_sides(who)}[)\]]"


# Each finds a tensor's shape in the file and in the model, and its name where it is said.
_MISMATCHES = (
    rf"size mismatch for (?P<name>[^\s:]+): copying a param (?:with shape|of) {_size('file')} from "
    rf"checkpoint, (?:the shape in current model is|where the shape is) {_size('model')}",
    rf"While copying the parameter named \"?(?P<name>[^\s\",]+)\"?, whose dimensions in the model "
    rf"are {_size('model')} and whose dimensions in the checkpoint are {_size('file')}",
    rf"Assign requires shapes of both tensors to match\. lhs shape= ?{_tuple('model')} rhs shape= ?"
    rf"{_tuple('file')}(?: \[\[\{{?\{{?(?:node )?(?P<name>[^\s\]}}=]+))?",
    rf"[Ww]eight shape {_tuple('model')} (?:is )?not compatible with provided weight shape "
    rf"{_tuple('file')}",
    rf"\(named \"?(?P<name>[^\")]+)\"?\),? weight .{{0,200}}? has shape {_tuple('model')}, but the "
    rf"saved weight has shape {_tuple('file')}",
    rf"assign value to variable ' ?(?P<name>[^\s'\"]+)'.{{0,9}}Shape mismatch\. ?The variable "
    rf"shape {_tuple('model')}, and the assigned value shape {_tuple('file')}",
    rf"variable\.shape={_tuple('model')}, Received: value\.shape={_tuple('file')}"
    rf"(?:\. Target variable: <.{{0,80}}?path=(?P<name>[^\s,>]+))?",
)
_NAMES = r"((?:\"[^\"]*\",? ?)+)"
_LISTS = {
    "missing": re.compile(rf"Missing key\(s\) in state_dict: {_NAMES}"),
    "unexpected": re.compile(rf"Unexpected key\(s\) in state_dict: {_NAMES}"),
}
_MMCV = {
    "missing": re.compile(r"missing keys? in source state_dict: ([^\n]+)"),
    "unexpected": re.compile(r"unexpected keys? in source state_dict: ([^\n]+)"),
}
_COUNTS = (
    r"weight file containing (?P<file>\d+) layers into a model with (?P<model>\d+) layers",
    r"Model expected (?P<model>\d+) layers, found (?P<file>\d+) saved layers",
)
_VARIABLES = re.compile(
    r"Layer '(?P<name>[^']{1,200})' expected (?P<model>\d+) variables, but received (?P<file>\d+)"
)
_CLASS = re.compile(r"loading state_dict for (\w+)")


class Listed(NamedTuple):
    """Tensors with two shapes, the file's and the model's; names that one side has; its class.

    ``told`` is what the text itself says in numbers, a sentence each.
    """

    pairs: list[tuple[Tensor, Tensor]]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    kind: str
    told: tuple[str, ...]


def listed_in(text: str) -> Listed:
    """What is listed. Raises ``ReadError`` where no such error is in the text."""
    text = text[: limits.TEXT_CHARACTERS]
    flat = re.sub(r"\s+", " ", text)
    found = [pair for pattern in _MISMATCHES for pair in _pairs(pattern, flat)]
    pairs = [(theirs, ours) for theirs, ours in found if theirs.shape != ours.shape]
    names = {what: _quoted(what, flat) or _plain(what, text) for what in _LISTS}
    told = tuple(_told(flat))
    if found and not (pairs or any(names.values())):
        told += (_other_reason(found[0][0].name, flat),)
    if not (pairs or any(names.values()) or told):
        raise ReadError(
            "The text holds no error of load_state_dict, TensorFlow or Keras about weights: paste "
            "it from its first line to its end."
        )
    kind = _CLASS.search(flat)
    return Listed(pairs, names["missing"], names["unexpected"], kind.group(1) if kind else "", told)


def _pairs(pattern: str, text: str) -> Iterator[tuple[Tensor, Tensor]]:
    for found in re.finditer(pattern, text):
        held = found.groupdict()
        name = held.get("name") or "a weight"
        yield _tensor(name, held["file"]), _tensor(name, held["model"])


def _tensor(name: str, sides: str) -> Tensor:
    try:
        return tensor(name, [int(s) for s in sides.replace(" ", "").split(",") if s], "")
    except ReadError as error:
        raise ReadError(f"In the text, {error}.") from None


def _quoted(what: str, text: str) -> tuple[str, ...]:
    found = _LISTS[what].search(text)
    return tuple(re.findall(r"\"([^\"]*)\"", found.group(1))) if found else ()


def _plain(what: str, text: str) -> tuple[str, ...]:
    found = _MMCV[what].search(text)
    return (
        tuple(name.strip() for name in found.group(1).split(",") if name.strip()) if found else ()
    )


def _other_reason(name: str, text: str) -> str:
    """Where shapes are equal, a copy fails for what stands behind."""
    reason = re.search(r"an exception occurred ?: \(?[\"']?([^\n]{1,160}?)[\"']?,?\)", text)
    said = f": {reason.group(1)}" if reason else ""
    return f"The shapes of {name!r} are equal on both sides; copying it failed{said}."


def _told(text: str) -> Iterator[str]:
    for pattern in _COUNTS:
        if found := re.search(pattern, text):
            yield (
                f"The file has {int(found['file']):,} layers with weights, the model "
                f"{int(found['model']):,}: they are two networks, or one has another head."
            )
    if found := _VARIABLES.search(text):
        yield (
            f"The layer {found['name']!r} has {int(found['model']):,} variables in the model and "
            f"{int(found['file']):,} in the file."
        )
