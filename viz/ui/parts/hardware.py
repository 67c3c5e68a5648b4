"""Parts of the page on hardware: the roofline, the ranking, and published latencies."""

from typing import Any

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.hardware.devices import BYTES, DEVICES
from viz.hardware.latency import (
    SHOWN_PARADOXES,
    device_of,
    latency_rows,
    paradoxes,
    rank_correlation,
)
from viz.hardware.ranking import name_of, order_at, rank_rows
from viz.hardware.roofline import RoofRow, kind_rows, roof_rows
from viz.net.config import Config
from viz.net.fields import Word, number_text
from viz.net.trace import Trace
from viz.net.words import words_of
from viz.ui import controls, grid, picture
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

SOURCE = "MobileNetV4, arXiv:2404.10518, section 3 and Table 16."


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    return {"part": part(), **_device_controls(), **_ranking_controls(), **_published_controls()}


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
    from viz.charts.hardware import roofline_chart, time_chart

    chosen = _device()
    rows = _rows(traced, chosen)
    if not rows:
        st.info(_("No separate time: norms and activations are fused."))
        return
    params = words_of_figure("roofline", chosen, traced.config)
    picture.chart(
        roofline_chart(rows, chosen["ridge"], picture.mode()),
        key="roofline",
        title=FIGURES["roofline"].titled(traced.config),
        name="roofline",
        params=params,
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        controls.heading(_("MACs and time by kind of operation"))
        picture.chart(
            time_chart(kind_rows(rows), picture.mode()),
            key="time",
            title=FIGURES["time"].titled(traced.config),
            name="time",
            params=words_of_figure("time", chosen, traced.config),
        )
    with right:
        _explain_roofline(traced, rows, chosen["ridge"])


def _explain_roofline(traced: Trace, rows: list[RoofRow], ridge: float) -> None:
    waits = sum(row.time for row in rows if row.is_memory_bound) / sum(row.time for row in rows)
    st.latex(
        r"\begin{gathered} t = \sum_i \max\!\left(\text{MACs}_i,\; R \cdot \text{bytes}_i\right)"
        r"\\[4pt] R = \frac{\text{peak MACs}}{\text{peak bandwidth}} \end{gathered}"
    )
    controls.explain(
        _(
            "Left of the ridge point operations wait for memory: **{share:.0%}** of this "
            "network's time at {ridge} MACs per byte. Point size: time; named: the longest of "
            "its kind. Batch norm and activation are fused; caches and kernel launch are not "
            "modelled."
        ).format(ridge=number_text(ridge), share=waits),
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

    chosen = _device()
    networks = controls.several("ranked", _ranking_controls()["ranked"])
    if not networks:
        st.info(_("Choose a network."))
        return
    values = {**chosen, "ranked": tuple(networks)}
    how = {"bytes_per_value": BYTES[chosen["precision"]], "batch": chosen["batch"]}
    rows = rank_rows(networks, **how)
    picture.chart(
        ranking_chart(rows, chosen["ridge"], picture.mode()),
        key="ranking",
        name="ranking",
        params=words_of_figure("ranking", values),
    )
    ordered = order_at(rank_rows(networks, [chosen["ridge"]], **how), chosen["ridge"])
    controls.explain(
        _(
            "At a ridge point of 0 only MACs count, at the far right only bytes. Fastest to"
            " slowest at the dotted line: {order}. Each network at its own resolution; "
            "ResNet-50, without max pooling, for reference."
        ).format(order=", ".join(f"{row.name} ({row.time:.2f})" for row in ordered)),
        SOURCE,
    )
    _show_source(chosen["ridge"])


def show_published() -> None:
    """Published latencies against MACs."""
    from viz.charts.hardware import latency_chart

    name = controls.pick("device", _published_controls()["device"])
    rows = latency_rows(device_of(name))
    pairs = paradoxes(rows)
    picture.chart(
        latency_chart(rows, pairs[:SHOWN_PARADOXES], picture.mode()),
        key="latency",
        title=_("Published latency on {device}").format(device=device_of(name)),
        source=rows[0].source,
        name="latency",
        params=words_of_figure("latency", {"device": name}),
    )
    st.markdown(_correlations(rows))
    for pair in pairs[:SHOWN_PARADOXES]:
        text = _("**{a}** has {more:.1f} times the MACs of {b} and takes {less:.0f} % less time.")
        st.markdown(
            text.format(a=pair.faster, more=pair.more_macs, b=pair.slower, less=pair.less_time)
        )
    st.caption(
        _("A latency holds for one device and one runtime. {source}.").format(source=rows[0].source)
    )
    grid.show(rows, _latency_columns())


def _correlations(rows: list[Any]) -> str:
    times = [row.ms for row in rows]
    text = _("Rank correlation of MACs and latency: **{macs:.3f}**.").format(
        macs=rank_correlation([row.macs for row in rows], times)
    )
    if rows[0].roofline is None:
        return text
    return (
        text
        + " "
        + _("Of roofline time and latency: **{roof:.3f}**.").format(
            roof=rank_correlation([row.roofline for row in rows], times)
        )
    )


def _latency_columns() -> dict[str, Any]:
    return {
        "network": _("Network"),
        "ms": grid.number(_("Latency (ms)"), format="%.4g"),
        "macs": grid.count(_("MACs")),
        "top1": grid.number(_("Top-1 (%)"), format="%.1f"),
        "source": _("Source"),
    }
