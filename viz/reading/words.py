"""An answer in words: for the shell, and the lines of Python that load the file."""

from collections.abc import Iterator, Sequence

from viz.facts.rows import Table, aligned
from viz.net.config import DEPTH, DEPTHS, NUMBERS, Config
from viz.net.fields import number_text
from viz.reading.answer import Identification, Named

SHOWN = 8  # tensors of a list
LONGEST = 60  # characters of a name
UNKNOWN = "Not a network the Atlas knows."
STATISTICS = ("running_mean", "running_var")
UNSEEN = "No shape shows strides, dilation, padding, activations or the resolution."
IN_TORCHVISION = {
    "v2": "mobilenet_v2",
    "v3-large": "mobilenet_v3_large",
    "v3-small": "mobilenet_v3_small",
}
NAME_COLUMNS = ("theirs", "ours", "torchvision", "shape")


def title_of(config: Config) -> str:
    """The network without a resolution, which no weights show; with its classes."""
    name, width, _size, *rest = config.title.split(" · ")
    classes = classes_text(config.classes)
    return " · ".join([name, width, classes, *(part for part in rest if part != classes)])


def classes_text(count: int) -> str:
    """So many classes."""
    return f"{count:,} class{'es' * (count != 1)}" if count else "without classifier"


def headline(answer: Identification) -> str:
    """What the file is, in one sentence."""
    if answer.match is None:
        return UNKNOWN
    where = f", its names behind {answer.prefix!r}" if answer.prefix else ""
    title = title_of(answer.match)
    if not answer.exact:
        return f"Not quite {title}{where}."
    return f"{title}, exactly{' up to its head' * bool(answer.differences)}{where}."


def facts(answer: Identification) -> Iterator[str]:
    """What else there is to say, a sentence each."""
    share = f", {answer.explained:.1%} of them in the network" if answer.match else ""
    yield (f"{answer.format}: {tensors_text(answer.tensors)}, {answer.params:,} parameters{share}.")
    if answer.published:
        yield f"These are {answer.published}."
    if answer.match:
        low, high = answer.widths
        if low != high:
            yield f"Every width from {number_text(low)} to {number_text(high)} has these shapes."
        if len(answer.rules) > 1:
            yield f"At this width the rules {', '.join(answer.rules)} agree."
    if answer.dialect:
        yield f"Names as in {answer.dialect}."
    if answer.folded and answer.match:
        yield "Batch norms are folded into kernels and biases."
    yield from answer.notes
    if answer.match and _lacks_statistics(answer):
        yield (
            "It lacks statistics of batch norms: a network with other norms, such as group norm, "
            "has the same weights and other outputs."
        )
    if answer.match:
        yield UNSEEN


def _lacks_statistics(answer: Identification) -> bool:
    """Whether it has norms whose statistics alone are missing."""
    missing = {row.name.rpartition(".") for row in answer.missing}
    norms = {layer for layer, _, part in missing if part in STATISTICS}
    return bool(norms - {layer for layer, _, part in missing if part == "weight"})


def report(answer: Identification, file: str) -> str:
    """The whole answer for a terminal."""
    parts = ["\n".join([f"{file}: {headline(answer)}", *facts(answer)])]
    if answer.match:
        for what, rows in (("Missing", answer.missing), ("Unexpected", answer.unexpected)):
            parts += [_list(what, rows)] if rows else []
        if answer.differences:
            table = Table(("layer", "file", "network"), tuple(map(tuple, answer.differences)))
            parts.append(f"Different shape (out, in / groups, height, width):\n{aligned(table)}")
        lines = tuple((_cut(row.theirs), *row[1:]) for row in answer.names)
        parts.append(aligned(Table(NAME_COLUMNS, lines)))
        parts.append("\n".join(python_lines(answer, file)))
    return "\n\n".join(parts)


def _cut(name: str) -> str:
    """A name that fits a line: TFLite joins those of all layers that it has fused."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 3]}..."


def _list(what: str, rows: Sequence[Named]) -> str:
    lines = [f"  {_cut(row.name)} {'×'.join(map(str, row.shape))}" for row in rows[:SHOWN]]
    lines += [f"  and {len(rows) - SHOWN:,} more"] if len(rows) > SHOWN else []
    return "\n".join([f"{what}, {tensors_text(len(rows))}:", *lines])


def tensors_text(count: int) -> str:
    """So many tensors."""
    return "1 tensor" if count == 1 else f"{count:,} tensors"


# Python


def python_lines(answer: Identification, file: str) -> list[str]:
    """The lines that build the network and load the file into it; none where it is none of ours.

    A file that is not quite the network is not loaded: layers in the middle would stay random.
    """
    if answer.match is None:
        return []
    torchvision = torchvision_call(answer.match, answer.rules)
    loaded = []
    if answer.exact:
        strict = ", strict=False" if answer.missing or answer.differences else ""
        loaded = [f"viz.load(model, {file!r}{strict})"]
    imports = "import torchvision, viz" if torchvision else "import viz"
    model = torchvision or viz_call(answer.match)
    return [imports, f"model = {model}", *loaded]


def viz_call(config: Config) -> str:
    """The call of ``viz.build`` for a network, with what is not its default."""
    plain = {name: field.default for name, field in NUMBERS.items()} | {DEPTH: DEPTHS.default}
    keywords = {n: v for n, v in config.arguments().items() if v is not False and v != plain.get(n)}
    if keywords.get("width_rule") == config.network.rules[0].name:
        del keywords["width_rule"]
    return f"viz.build({', '.join([repr(config.variant), *_keywords(keywords)])})"


def model_call(config: Config, rules: Sequence[str]) -> str:
    """The call that builds a network, in torchvision where one of ``rules`` is its own."""
    return torchvision_call(config, rules) or viz_call(config)


def torchvision_call(config: Config, rules: Sequence[str]) -> str:
    """The call that builds the same network in torchvision; empty where it cannot."""
    if config.variant not in IN_TORCHVISION or not config.classes:
        return ""
    if "torchvision" not in rules or config.in_channels != 3:
        return ""
    keywords: dict[str, object] = {"width_mult": config.width} if config.width != 1 else {}
    keywords |= {"num_classes": config.classes} if config.classes != 1_000 else {}
    if config.divisor != NUMBERS["divisor"].default:
        if config.variant != "v2":
            return ""
        keywords["round_nearest"] = config.divisor
    if set(config.options) - {"reduced_tail"}:
        return ""
    keywords |= dict.fromkeys(config.options, True)
    return f"torchvision.models.{IN_TORCHVISION[config.variant]}({', '.join(_keywords(keywords))})"


def _keywords(keywords: dict[str, object]) -> list[str]:
    return [f"{name}={value!r}" for name, value in keywords.items()]
