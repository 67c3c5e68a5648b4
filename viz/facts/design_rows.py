"""Rows of a design as lines of a table that can be edited, and back."""

from collections.abc import Mapping, Sequence

from viz.net.design import BETWEEN_VALUES, FLAGS, FORMS, Form, written_value
from viz.net.fields import ConfigError

Line = dict[str, object]
COLUMNS = (
    "row",
    "start",
    "middle",
    "kernel",
    "t",
    "exp",
    "out",
    "se",
    "nl",
    "stride",
    "n",
    "k",
    "heads",
    "dim",
    "kv_stride",
    "group_size",
    "skip",
)
TICKED = ("se", "skip")  # flags that have a column
LASTS = ("pool", "head", "headconv", "classifier")  # rows before which a new row is put


def lines_of(texts: Sequence[str]) -> list[Line]:
    """A line for each row, numbered from 1; None where a kind of row has no such value."""
    return [{"number": float(place), **_line(text)} for place, text in enumerate(texts, start=1)]


def used_columns(texts: Sequence[str]) -> list[str]:
    """The columns that some of these rows have."""
    words = {text.split(BETWEEN_VALUES)[0] for text in texts} & set(FORMS)
    used = {name for word in words for name in FORMS[word].values}
    return ["number", "row", *(name for name in COLUMNS if name in used)]


def _line(text: str) -> Line:
    word, *values = text.split(BETWEEN_VALUES)
    found = _values(FORMS[word], values) if word in FORMS else {}
    line: Line = {name: _cell(name, found.get(name)) for name in COLUMNS if name != "row"}
    return {"row": word, **line, "flags": " ".join(v for n, v in found.items() if n == v)}


def _values(form: Form, values: Sequence[str]) -> dict[str, str]:
    """Every value of a row by name, what is left out as its default."""
    found = dict(zip(form.values, values, strict=False))
    for name in list(form.values)[len(values) :]:
        found[name] = written_value(name, form.values[name], form.default(name))
    return found


def _cell(name: str, value: str | None) -> object:
    if name in FLAGS:
        return value == name
    if value is None or name == "nl":
        return value
    return int(value)


def texts_of(lines: Sequence[Mapping[str, object]]) -> list[str]:
    """The texts of lines, in the order of their numbers."""
    return [_text(line) for line in sorted(lines, key=_number)]


def _number(line: Mapping[str, object]) -> float:
    number = line.get("number")
    return float(number) if isinstance(number, (int, float)) else 0.0


def _text(line: Mapping[str, object]) -> str:
    word = str(line.get("row") or "bneck")
    form = FORMS.get(word)
    if form is None:
        return word
    values = [_value(word, name, line) for name in form.values]
    usual = _values(form, values[: form.fewest])
    names = list(form.values)
    while len(values) > form.fewest and values[-1] == usual[names[len(values) - 1]]:
        values.pop()
    return BETWEEN_VALUES.join([word, *values])


def _value(word: str, name: str, line: Mapping[str, object]) -> str:
    if name in TICKED:
        return name if line.get(name) else "no"
    if name in FLAGS:
        return name if name in str(line.get("flags") or "").split() else "no"
    value = line.get(name)
    field = FORMS[word].values[name]
    if isinstance(value, float) and not value.is_integer():
        number = f"row {_number(line):g}, {name}"
        raise ConfigError(number, value, getattr(field, "allowed", "a whole number"))
    return field.write(getattr(field, "default", "") if value is None else value)


def edited(
    texts: Sequence[str],
    changes: Mapping[int, Mapping[str, object]],
    added: Sequence[Mapping[str, object]],
    deleted: Sequence[int],
) -> list[str]:
    """Rows after an edit; lines count from 0, new ones without a number go last.

    Raises ``ConfigError`` for a number that is not whole.
    """
    lines = lines_of(texts)
    for index, change in changes.items():
        lines[index] |= change
    kept = [line for index, line in enumerate(lines) if index not in deleted]
    ends = [_number(line) for line in kept if line["row"] in LASTS]
    before = min(ends, default=len(texts) + 1.0) - 0.5
    kept += [
        {"number": before, "flags": "dropout flattens", "skip": True, **_filled(line)}
        for line in added
    ]
    return texts_of(kept)


def _filled(line: Mapping[str, object]) -> Line:
    return {name: value for name, value in line.items() if value is not None}
