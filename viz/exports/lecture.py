"""A lecture: pages on chosen networks and topics, each with a picture, a chart or a table.

Pages know nothing of files; ``deck`` writes them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlencode

from viz.charts.chart import SYMBOLS, Chart, chart
from viz.charts.functions import curve_chart
from viz.charts.hardware import ranking_chart
from viz.charts.network import staircase_chart
from viz.drawing.diagrams import (
    Look,
    draw,
    draw_convolution,
    draw_faces,
    draw_pair,
    draw_residuals,
)
from viz.drawing.look import USUAL_RIDGE
from viz.drawing.scene import Scene
from viz.facts.compare import align, marks
from viz.facts.rows import Table
from viz.facts.sweep import staircase
from viz.hardware.ranking import YARDSTICK, rank_rows
from viz.lessons.convolution import convolution_cost
from viz.lessons.residual import inverted_residual, resnet_bottleneck
from viz.lessons.universal import faces
from viz.net.config import Config, config_from
from viz.net.design import KEY
from viz.net.fields import ConfigError
from viz.net.trace import Trace, trace_config
from viz.net.words import words_of
from viz.net.zoo import ZOO
from viz.theme import SERIES

DEFAULT_NETWORKS = ("v1", "v2", "v3-large", "v3-small")
DEFAULT_ADDRESS = "http://localhost:8501"
CURVES = ("relu", "relu6", "silu", "hardswish")
REACH = 6.0
STEPS_SHOWN = 96
RANKED = ("v2", "edgetpu", YARDSTICK)  # beside those that the lecture is about


@dataclass(frozen=True, slots=True)
class Page:
    """One slide: exactly one of scene, chart and table. ``link`` is a page of the Atlas."""

    title: str
    notes: str
    link: str
    scene: Scene | None = None
    chart: Chart | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Lecture:
    """Contents of a lecture; ``address`` is where the Atlas runs, for links.

    ``design`` is the text of the reader's own network, where ``networks`` names it. A topic of
    ``PER_NETWORK`` may be about one of them only: ``networks-v2``.
    """

    networks: tuple[str, ...] = DEFAULT_NETWORKS
    topics: tuple[str, ...] = ()
    address: str = DEFAULT_ADDRESS
    design: str = ""

    @property
    def title(self) -> str:
        """Of the whole."""
        return "The MobileNet family"

    @property
    def about(self) -> str:
        """The networks' names."""
        return ", ".join(config.network.name for config in self.configs)

    @property
    def configs(self) -> list[Config]:
        """The networks, each at its own resolution and width 1. Raises ``ConfigError``."""
        own = {KEY: {KEY: self.design}}
        return [config_from(key, own.get(key, {})) for key in self.networks]

    def pages(self) -> list[Page]:
        """Every page, in the order of the topics."""
        return list(self.named_pages().values())

    def named_pages(self) -> dict[str, Page]:
        """Every page by the topic that chooses it alone, in the order of the topics."""
        traces = list(map(trace_config, self.configs))
        parts = [part for topic in self.topics or TOPICS for part in _parts(topic, traces)]
        return {
            topic: page for topic, about in parts for page in TOPICS[topic.partition("-")[0]](about)
        }


def _parts(topic: str, traces: Sequence[Trace]) -> list[tuple[str, Sequence[Trace]]]:
    """A topic as those of one page each, with the networks that each is about."""
    name, _, key = topic.partition("-")
    if name not in PER_NETWORK:
        return [(topic, traces)]
    keys = [traced.config.variant for traced in traces]
    pairs = zip(keys, traces, strict=True)
    return [(f"{name}-{each}", [traced]) for each, traced in pairs if key in ("", each)]


def lecture_of(
    networks: str, topics: str = "", address: str = DEFAULT_ADDRESS, design: str = ""
) -> Lecture:
    """Read comma-separated names; ``all`` is the papers' four. Raises ``ConfigError``.

    With the text of a ``design`` that may be named too.
    """
    known = [*ZOO, KEY] if design else list(ZOO)
    whole = ",".join(DEFAULT_NETWORKS)
    named = ",".join(whole if name == "all" else name for name in networks.lower().split(","))
    keys = _names("networks", named, known)
    chosen = _topics(topics, keys) if topics else ()
    return Lecture(keys, chosen, address.rstrip("/"), design)


def _topics(text: str, keys: Iterable[str]) -> tuple[str, ...]:
    single = [f"{topic}-{key}" for topic in PER_NETWORK for key in keys]
    return _names("topics", text, TOPICS, single)


def _names(
    field: str, text: str, known: Iterable[str], further: Sequence[str] = ()
) -> tuple[str, ...]:
    """The names in a text; ``further`` ones may be said too, but a sentence need not list them."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))
    allowed = list(known)
    for name in names:
        if name not in (*allowed, *further):
            raise ConfigError(field, name, "some of " + ", ".join(allowed))
    return names


def _with_year(traced: Trace) -> str:
    """The name and its paper's year, which a reader's own network does not have."""
    network = traced.config.network
    return network.name if traced.config.design else f"{network.name}, {network.year}"


def _summary(traced: Trace) -> str:
    network = traced.config.network
    claims = [c for c in network.claims if c.width == 1.0 and c.top1 and c.usable]
    lines = [
        f"{_with_year(traced)}. {network.summary}".strip(),
        f"{traced.params:,} parameters, {traced.macs:,} MACs, depth {traced.depth}.",
        f"Source: {network.paper}, {network.table}.",
    ]
    if claims:
        lines.append(f"Published: {claims[0].top1:g} % top-1 ({claims[0].citation}).")
    return "\n".join(lines)


def _link(traced: Trace) -> str:
    params = {"network": traced.config.variant, **words_of(traced.config)}
    return f"architecture?{urlencode(params)}"


def _networks(traces: Sequence[Trace]) -> Iterator[Page]:
    for traced in traces:
        look = Look(source=f"{traced.config.network.paper}, {traced.config.network.table}")
        link = _link(traced)
        scene = draw(traced, look=look).scene
        yield Page(traced.config.title, _summary(traced), link, scene=scene)


def _totals(traces: Sequence[Trace]) -> Iterator[Page]:
    headings = ("network", "year", "parameters", "MACs", "depth", "source")
    lines = tuple(
        (
            traced.config.network.name,
            "" if traced.config.design else str(traced.config.network.year),
            traced.params,
            traced.macs,
            traced.depth,
            traced.config.network.paper,
        )
        for traced in traces
    )
    notes = (
        "Parameters: learnable. MACs: multiply-adds of weights and of attention's products, "
        "at each network's own resolution. All computed."
    )
    yield Page("The networks in figures", notes, "", table=Table(headings, lines))


def _pairs(traces: Sequence[Trace]) -> Iterator[Page]:
    for left, right in list(pairwise(traces))[-1:]:
        pairs = align(left, right)
        papers = dict.fromkeys(side.config.network.paper for side in (left, right))
        looks = (
            Look(marks=marks(pairs, "left"), source=", ".join(papers)),
            Look(marks=marks(pairs, "right")),
        )
        names = [side.config.network.name for side in (left, right)]
        notes = "\n\n".join(map(_summary, (left, right)))
        params = words_of(left.config) | {f"b_{n}": t for n, t in words_of(right.config).items()}
        params |= {"network": left.config.variant, "b_network": right.config.variant}
        link = f"compare?{urlencode(params)}"
        scene = draw_pair(left, right, looks).scene
        yield Page(f"{names[0]} against {names[1]}", notes, link, scene=scene)


def _costs(traces: Sequence[Trace]) -> Iterator[Page]:
    from viz.exports.charts import chart_of
    from viz.exports.request import Request

    for traced in traces:
        title = f"Cost by block: {traced.config.network.name}"
        link = _link(traced)
        yield Page(
            title, _summary(traced), link, chart=chart_of(Request(traced.config)).titled(title)
        )


def _family(traces: Sequence[Trace]) -> Iterator[Page]:
    keys = tuple(traced.config.variant for traced in traces)
    claimed = keys == DEFAULT_NETWORKS  # it is said of these
    title = "Fewer MACs each time, not fewer parameters" if claimed else "Parameters against MACs"
    made = chart("light", "MACs (M)", "parameters (M)").titled(title)
    lines = []
    for index, traced in enumerate(traces):
        network = traced.config.network
        made.add(
            "scatter",
            x=[traced.macs / 1e6],
            y=[traced.params / 1e6],
            name=_with_year(traced),
            mode="markers",
            marker={"color": SERIES[index % len(SERIES)], "symbol": SYMBOLS[index % 6], "size": 14},
        )
        lines.append(f"{network.name}: {traced.params:,} parameters, {traced.macs:,} MACs")
    notes = "\n".join([*lines, "Computed at width 1 and each network's own resolution."])
    yield Page(title, notes, "", chart=made)


def _convolution(_traces: Sequence[Trace]) -> Iterator[Page]:
    costs = convolution_cost(3, 4, 3, 14)
    scene = draw_convolution(costs, Look(source="arXiv:1704.04861, section 3.1")).scene
    notes = (
        f"Depthwise + pointwise cost 1/N + 1/K² of a standard convolution: here "
        f"1/{1 / costs.macs_ratio:.2f}. An eighth is reached at 72 filters.\n"
        "Source: MobileNets, arXiv:1704.04861, section 3.1."
    )
    yield Page("What a separable convolution saves", notes, "convolution", scene=scene)


def _residual(_traces: Sequence[Trace]) -> Iterator[Page]:
    blocks = [resnet_bottleneck(64, 14, 1, same=True), inverted_residual(64, 14, 1, 6, same=True)]
    scene = draw_residuals(blocks, Look(source="arXiv:1801.04381, Figure 3")).scene
    lines = [f"{b.name}: {b.params:,} parameters, {b.macs:,} MACs" for b in blocks]
    notes = "\n".join([*lines, "Sources: arXiv:1512.03385, Figure 5; arXiv:1801.04381, Figure 3."])
    yield Page("The inverted residual", notes, "residual", scene=scene)


def _activations(_traces: Sequence[Trace]) -> Iterator[Page]:
    made = curve_chart(CURVES, -REACH, REACH, "light").titled("Activations")
    notes = (
        "h-swish(x) = x · ReLU6(x + 3) / 6; it is furthest from swish at |x| = 3.\n"
        "Sources: MobileNetV2, section 3; MobileNetV3, section 5.2."
    )
    yield Page("Activations", notes, "activations", chart=made)


def _rounding(_traces: Sequence[Trace]) -> Iterator[Page]:
    made = staircase_chart(staircase(8, STEPS_SHOWN), 8, "light").titled(
        "Channels come in multiples of 8"
    )
    notes = (
        "make_divisible rounds to the nearest multiple of 8, and up where that would lose more "
        "than 10 %. Upwards there is no such bound: 4 becomes 8.\nSource: TF-slim, torchvision."
    )
    yield Page("Channel rounding", notes, "rounding", chart=made)


def _faces(_traces: Sequence[Trace]) -> Iterator[Page]:
    found = faces(160, 4, 16, 3)
    scene = draw_faces(found, "ExtraDW", Look(source="arXiv:2404.10518, Figure 4")).scene
    lines = [f"{f.name}: {f.params:,} parameters, {f.macs:,} MACs" for f in found]
    notes = "\n".join([*lines, "Source: MobileNetV4, arXiv:2404.10518, section 4."])
    yield Page("One block, four variants", notes, "universal", scene=scene)


def _hardware(traces: Sequence[Trace]) -> Iterator[Page]:
    title = "The fastest network depends on the device"
    keys = [traced.config.variant for traced in traces if not traced.config.design]
    rows = rank_rows([*keys, *(key for key in RANKED if key not in keys)])
    made = ranking_chart(rows, USUAL_RIDGE, "light").titled(title)
    notes = (
        "Time by the roofline model of MobileNetV4's paper, section 3: the longer of multiply-adds "
        "and of moving bytes, operation by operation. Dotted: a Pixel 6 CPU (Table 16)."
    )
    yield Page(title, notes, "hardware?part=ranking", chart=made)


TOPICS: dict[str, Callable[[Sequence[Trace]], Iterator[Page]]] = {
    "family": _family,
    "totals": _totals,
    "convolution": _convolution,
    "residual": _residual,
    "networks": _networks,
    "pair": _pairs,
    "costs": _costs,
    "activations": _activations,
    "rounding": _rounding,
    "faces": _faces,
    "hardware": _hardware,
}
PER_NETWORK = ("networks", "costs")  # topics with a page for each network
