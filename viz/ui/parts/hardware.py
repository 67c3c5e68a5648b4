"""Parts of the page on hardware: the roofline, the ranking, and published latencies."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.hardware.devices import BYTES, DEVICES
from viz.hardware.latency import (
    SHOWN_PARADOXES,
    LatencyRow,
    Paradox,
    device_of,
    latency_rows,
    paradoxes,
    rank_correlation,
)
from viz.hardware.ranking import Moves, RankRow, moves, name_of, order_at, rank_rows
from viz.hardware.roofline import KindRow, RoofRow, kind_rows, odd_kind, roof_rows
from viz.net.config import Config
from viz.net.fields import Word, number_text
from viz.net.trace import Trace
from viz.net.words import words_of
from viz.ui import controls, grid, lesson, picture
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

SOURCE = "MobileNetV4, arXiv:2404.10518, section 3 and Table 16."

BELOW_DEVICE = 365  # pixels of a chart below the controls of a device
ROOFLINE_GUESS, RANKING_GUESS, PUBLISHED_GUESS = (
    "roofline_guess",
    "ranking_guess",
    "published_guess",
)


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    return {
        "part": part(),
        **_device_controls(),
        **_ranking_controls(),
        **_published_controls(),
        ROOFLINE_GUESS: _roofline_guess(),
        RANKING_GUESS: _ranking_guess(),
        PUBLISHED_GUESS: _published_guess(),
    }


def part() -> Control:
    """The page's tabs."""
    names = {
        "roofline": _("Roofline"),
        "ranking": _("Ranking"),
        "published": _("Published latency"),
    }
    return Control("", Word(tuple(names), "roofline"), names.__getitem__)


def _device_controls() -> Controls:
    fields = FIGURES["roofline"].fields
    words = _("MACs that the device computes in the time it moves one byte.")
    return {
        "ridge": Control(_("Ridge point (MACs per byte)"), fields["ridge"], help=words),
        "precision": Control(_("Precision"), fields["precision"]),
        "batch": Control(_("Batch"), fields["batch"]),
    }


def _ranking_controls() -> Controls:
    return {"ranked": Control(_("Networks"), FIGURES["ranking"].fields["ranked"], name_of)}


def _published_controls() -> Controls:
    return {"device": Control(_("Device"), FIGURES["latency"].fields["device"], device_of)}


def _device() -> dict[str, Any]:
    """Controls in one row: ridge point with its presets, precision, batch."""
    asked = _device_controls()
    ridge, presets, precision, batch = st.columns([3, 5, 3, 2], vertical_alignment="bottom")
    with ridge:
        chosen: dict[str, Any] = {"ridge": controls.slider("ridge", asked["ridge"])}
    with presets:
        ridges = {device.name: device.ridge for device in DEVICES.values()}
        controls.shortcuts("ridge", asked["ridge"], ridges, _("Devices"), labelled=True)
    with precision:
        chosen["precision"] = controls.choice("precision", asked["precision"])
    with batch:
        chosen["batch"] = int(controls.number("batch", asked["batch"]))
    return chosen


def _show_source(ridge: float) -> None:
    """Source of the ridge point, if it is a device's."""
    for device in DEVICES.values():
        if device.ridge == ridge:
            st.caption(
                _("{device}: {ridge} MACs per byte. {source}.").format(
                    device=device.name, ridge=number_text(ridge), source=device.source
                )
            )


def _rows(traced: Trace, chosen: dict[str, Any]) -> list[RoofRow]:
    return roof_rows(traced, chosen["ridge"], BYTES[chosen["precision"]], chosen["batch"])


def show_roofline(traced: Trace) -> None:
    """Roofline of all operations, and time by kind of operation."""
    from viz.charts.hardware import roofline_chart

    place = st.container()
    chosen = _device()
    rows = _rows(traced, chosen)
    if not rows:
        st.info(_("No separate time: norms and activations are fused."))
        return
    odd = odd_kind(kind_rows(rows))
    question = _roofline_question(odd)
    with place:
        lesson.ask(question, _roofline_guess(), pixels=BELOW_DEVICE)
    picture.chart(
        roofline_chart(rows, chosen["ridge"], picture.mode()),
        key="roofline",
        title=FIGURES["roofline"].titled(traced.config),
        name="roofline",
        params=words_of_figure("roofline", chosen, traced.config),
    )
    lesson.answer(question, _roofline_answer(odd, rows, chosen["ridge"]), SOURCE)
    show = partial(_show_roofline_details, traced, rows, chosen)
    lesson.more(_("MACs and time by kind of operation, and formula"), show)


def _roofline_guess() -> Control:
    return lesson.guess("less", "macs", "time")


def _roofline_question(odd: KindRow) -> Question:
    text = _("{kind} operations do {macs:.1f} % of these MACs. What share of the time?")
    shares = {"less": odd.macs / 2, "macs": odd.macs, "time": odd.time}
    choices = {key: _("{share:.1f} %").format(share=share) for key, share in shares.items()}
    kind = odd.kind[0].upper() + odd.kind[1:]
    return Question(ROOFLINE_GUESS, text.format(kind=kind, macs=odd.macs), choices, "time")


def _roofline_answer(odd: KindRow, rows: list[RoofRow], ridge: float) -> str:
    waits = sum(row.time for row in rows if row.is_memory_bound) / sum(row.time for row in rows)
    words = _(
        "{time:.1f} % on a device with {ridge} MACs per byte. Left of the ridge point operations "
        "wait for memory, {waits:.0%} of this network's time: MACs are not latency."
    )
    return words.format(time=odd.time, ridge=number_text(ridge), waits=waits)


def _show_roofline_details(traced: Trace, rows: list[RoofRow], chosen: dict[str, Any]) -> None:
    from viz.charts.hardware import time_chart

    left, right = st.columns([3, 2], gap="large")
    with left:
        picture.chart(
            time_chart(kind_rows(rows), picture.mode()),
            key="time",
            title=FIGURES["time"].titled(traced.config),
            name="time",
            params=words_of_figure("time", chosen, traced.config),
        )
    with right:
        _explain_roofline(traced, chosen["ridge"])


def _explain_roofline(traced: Trace, ridge: float) -> None:
    st.latex(
        r"\begin{gathered} t = \sum_i \max\!\left(\text{MACs}_i,\; R \cdot \text{bytes}_i\right)"
        r"\\[4pt] R = \frac{\text{peak MACs}}{\text{peak bandwidth}} \end{gathered}"
    )
    controls.explain(
        _(
            "Point size: time; named: the longest of its kind. Batch norm and activation are "
            "fused; caches and kernel launch are not modelled."
        ),
        SOURCE,
    )
    _show_source(ridge)
    st.page_link(
        "architecture.py",
        label=_("Memory-bound blocks in the picture"),
        icon=":material/arrow_forward:",
        query_params={
            "network": traced.config.variant,
            "colour": "bound",
            "ridge": number_text(ridge),
            **words_of(traced.config),
        },
    )


def show_ranking() -> None:
    """Ranking of networks by ridge point."""
    from viz.charts.hardware import ranking_chart

    place = st.container()
    chosen = _device()
    below = st.container()
    networks = controls.several("ranked", _ranking_controls()["ranked"])
    if not networks:
        st.info(_("Choose a network."))
        return
    values = {**chosen, "ranked": tuple(networks)}
    how = {"bytes_per_value": BYTES[chosen["precision"]], "batch": chosen["batch"]}
    moved = moves(networks, chosen["ridge"], **how)
    question = _ranking_question(moved, chosen["ridge"])
    with place:
        lesson.ask(question, _ranking_guess(), pixels=BELOW_DEVICE)
    with below:
        picture.chart(
            ranking_chart(rank_rows(networks, **how), chosen["ridge"], picture.mode()),
            key="ranking",
            name="ranking",
            params=words_of_figure("ranking", values),
        )
    lesson.answer(question, _ranking_answer(moved), SOURCE)
    ordered = order_at(rank_rows(networks, [chosen["ridge"]], **how), chosen["ridge"])
    lesson.more(_("Order and device"), partial(_show_order, ordered, chosen["ridge"]))


def _ranking_guess() -> Control:
    return lesson.guess("none", "kept", "all")


def _ranking_question(moved: Moves, ridge: float) -> Question:
    text = _("{all} networks in the order of their MACs: how many keep their place at {ridge}?")
    choices = {"none": "0", "kept": str(moved.kept), "all": str(moved.all)}
    words = text.format(all=moved.all, ridge=_("{r} MACs per byte").format(r=number_text(ridge)))
    return Question(RANKING_GUESS, words, choices, "kept")


def _ranking_answer(moved: Moves) -> str:
    words = _(
        "{kept} of {all}; {name} moves most, from place {before} to {after}. At a ridge point of 0 "
        "only MACs count, at the far right only bytes."
    )
    return words.format(**moved._asdict())


def _show_order(ordered: Sequence[RankRow], ridge: float) -> None:
    controls.explain(
        _(
            "Fastest to slowest at the dotted line: {order}. Each network at its own resolution; "
            "ResNet-50, without max pooling, for reference."
        ).format(order=", ".join(f"{row.name} ({row.time:.2f})" for row in ordered)),
        SOURCE,
    )
    _show_source(ridge)


def show_published() -> None:
    """Published latencies against MACs."""
    from viz.charts.hardware import latency_chart

    place = st.container()
    name = controls.pick("device", _published_controls()["device"])
    rows = latency_rows(device_of(name))
    pairs = paradoxes(rows)
    question = _published_question(rows, device_of(name))
    with place:
        lesson.ask(question, _published_guess(), pixels=400)
    picture.chart(
        latency_chart(rows, pairs[:SHOWN_PARADOXES], picture.mode()),
        key="latency",
        title=_("Published latency on {device}").format(device=device_of(name)),
        source=rows[0].source,
        name="latency",
        params=words_of_figure("latency", {"device": name}),
    )
    source = _("A latency holds for one device and one runtime. {source}.")
    lesson.answer(question, _published_answer(rows), source.format(source=rows[0].source))
    lesson.more(_("Table, and faster with more MACs"), partial(_show_published_details, rows))


def _published_guess() -> Control:
    return lesson.guess("half", "found", "same")


def _published_question(rows: list[LatencyRow], device: str) -> Question:
    text = _("If MACs were time, their ranks would correlate with 1.00. And on {device}?")
    found = _macs_correlation(rows)
    values = {"half": found / 2, "found": found, "same": 1.0}
    choices = {key: f"{value:.2f}" for key, value in values.items()}
    return Question(PUBLISHED_GUESS, text.format(device=device), choices, "found")


def _macs_correlation(rows: list[LatencyRow]) -> float:
    return rank_correlation([row.macs for row in rows], [row.ms for row in rows])


def _published_answer(rows: list[LatencyRow]) -> str:
    pairs = paradoxes(rows)
    if not pairs:
        return _correlations(rows)
    text = _("{a} has {more:.1f} times the MACs of {b} and takes {less:.0f} % less time.")
    return f"{_correlations(rows)} {_told(text, pairs[0])}"


def _told(text: str, pair: Paradox) -> str:
    return text.format(a=pair.faster, more=pair.more_macs, b=pair.slower, less=pair.less_time)


def _show_published_details(rows: list[LatencyRow]) -> None:
    text = _("**{a}** has {more:.1f} times the MACs of {b} and takes {less:.0f} % less time.")
    for pair in paradoxes(rows)[:SHOWN_PARADOXES]:
        st.markdown(_told(text, pair))
    grid.show(rows, _latency_columns())


def _correlations(rows: list[LatencyRow]) -> str:
    times = [row.ms for row in rows]
    text = _("Rank correlation of MACs and latency: **{macs:.3f}**.").format(
        macs=_macs_correlation(rows)
    )
    modelled = [row.roofline for row in rows if row.roofline is not None]
    if not modelled:
        return text
    roof = _("Of roofline time and latency: **{roof:.3f}**.")
    return f"{text} {roof.format(roof=rank_correlation(modelled, times))}"


def _latency_columns() -> dict[str, Any]:
    return {
        "network": _("Network"),
        "ms": grid.number(_("Latency (ms)"), format="%.4g"),
        "macs": grid.count(_("MACs")),
        "top1": grid.number(_("Top-1 (%)"), format="%.1f"),
        "source": _("Source"),
    }
