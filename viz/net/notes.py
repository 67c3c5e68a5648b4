"""What is to be said of a configuration beside its numbers: choices that no library makes."""

from collections.abc import Iterator

from viz.net.config import DEFAULT_STRIDE, DEPTH, NUMBERS, Config

DILATED = "dilated"
_FROM_ELSEWHERE = {
    "small_input": "it is what training on CIFAR's images does, and changes strides."
}


def notes_of(config: Config) -> list[str]:
    """What the rule's library does not offer although it is computed here, and choices without
    effect; one line each.
    """
    if config.network.unrolled:
        return list(config.network.unrolled.notes)
    sources = (_width_notes, _option_notes, _depth_notes, _stride_notes, _divisor_notes)
    return [note for notes in sources for note in notes(config)]


def _width_notes(config: Config) -> Iterator[str]:
    if config.width != 1.0 and not config.rule.scales:
        library = config.rule.library
        yield f"{library} has no working width multiplier: the Atlas's rounding is used."


def _option_notes(config: Config) -> Iterator[str]:
    combined = "its widths are combined with the option as other libraries define it."
    for option in config.options:
        if option not in config.rule.offers:
            lack = f"{config.rule.library} has no option {option} for {config.network.name}"
            yield f"{lack}: {_FROM_ELSEWHERE.get(option, combined)}"


def _depth_notes(config: Config) -> Iterator[str]:
    if config.depth != 1 and DEPTH not in config.rule.offers:
        lack = f"{config.rule.library} has no depth multiplier for {config.network.name}"
        yield f"{lack}: the Atlas's own repeats are used."


def _stride_notes(config: Config) -> Iterator[str]:
    library, name = config.rule.library, config.network.name
    if config.output_stride < DEFAULT_STRIDE and "output_stride" not in config.rule.offers:
        yield (
            f"{library} has no output stride for {name}: strides beyond it become dilation, as "
            "other libraries do it."
        )
    yield from _idle_limits(config)


def _idle_limits(config: Config) -> Iterator[str]:
    """Limits of the strides that the strides do not reach, as with small input."""
    chosen, options = config.output_stride, frozenset(config.options)
    plain = options - {DILATED}
    reached = {
        (some, stride): config.network.rows_with(some, config.rule, stride, config.depth)
        for some in (options, plain)
        for stride in (chosen, DEFAULT_STRIDE)
    }
    why = "changes nothing here: the total stride is no larger without it."
    if options != plain and reached[options, chosen] == reached[plain, chosen]:
        yield f"Dilated {why}"
    if chosen != DEFAULT_STRIDE and reached[plain, chosen] == reached[plain, DEFAULT_STRIDE]:
        yield f"Output stride {chosen} {why}"


def _divisor_notes(config: Config) -> Iterator[str]:
    library, name = config.rule.library, config.network.name
    if config.divisor != NUMBERS["divisor"].default and "divisor" not in config.rule.offers:
        yield (
            f"{library} has no other divisor than 8 for {name}: others are the Atlas's own."
            if config.rule.rounds
            else f"{library} cuts {name}'s channels off to whole numbers, whatever the divisor."
        )
