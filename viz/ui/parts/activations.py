"""Parts of the page about activations."""

from collections.abc import Sequence

import streamlit as st

from viz.activations import ACTIVATIONS, grid_step, largest_gap, lowest_point
from viz.charts import network as charts
from viz.net.trace import Trace
from viz.theme import ACTIVATION_LABELS
from viz.ui import picture
from viz.ui.translate import _

RELU6_BOUND = 6.0


def show_formulas(keys: Sequence[str], reach: int) -> None:
    """Each chosen activation: formula, values, lowest point, source."""
    for start in range(0, len(keys), 4):
        row = keys[start : start + 4]
        for column, key in zip(st.columns(4), row, strict=False):
            activation = ACTIVATIONS[key]
            at, low = lowest_point(key, -reach, reach)
            with column.container(border=True, height="stretch"):
                st.markdown(f"**{activation.label}**")
                st.latex(activation.formula)
                st.markdown(_("Values ${outputs}$").format(outputs=activation.outputs))
                if low < 0 and key != "identity":
                    st.caption(_("Lowest: {low:.4f} at x = {at:.3f}").format(low=low, at=at))
                st.caption(activation.source)


def show_difference(keys: list[str], reach: int) -> None:
    """The difference of any two, with the largest gap."""
    st.markdown(f"**{_('Difference of two')}**")
    first_field, second_field = st.columns(2)
    first = first_field.selectbox(
        _("First"), keys, index=keys.index("hardswish"), key="first", bind="query-params"
    )
    second = second_field.selectbox(
        _("Second"), keys, index=keys.index("silu"), key="second", bind="query-params"
    )
    at, gap = largest_gap(first, second, -reach, reach)
    picture.chart(
        charts.difference_chart(first, second, -reach, reach, picture.mode()),
        key="difference",
    )
    st.caption(
        _("Largest gap in this range: {gap:.4f}, at x = {at:.3f}.").format(gap=abs(gap), at=at)
    )


def show_grid() -> None:
    """What a bounded range does to a grid of 8 bits."""
    st.markdown(f"**{_('A bound makes the 8-bit grid finer')}**")
    top_field, bits_field = st.columns(2)
    top = top_field.slider(
        _("Largest activation without a bound"),
        1.0,
        100.0,
        50.0,
        0.5,
        key="top",
        bind="query-params",
    )
    bits = bits_field.slider(_("Bits"), 2, 16, 8, key="bits", bind="query-params")
    picture.chart(charts.quantiser_chart(top, RELU6_BOUND, bits, picture.mode()), key="grid")
    steps = [
        rf"\text{{{name}: }}\frac{{{limit:g}}}{{2^{{{bits}}}-1}} = {grid_step(limit, bits):.5f}"
        for name, limit in (("ReLU6", RELU6_BOUND), (_("no bound"), top))
    ]
    st.latex(r"\qquad".join(steps))


def show_uses(traced: Trace) -> None:
    """Where each activation stands in the chosen network."""
    st.markdown(f"**{_('Where {name} uses them').format(name=traced.config.network.name)}**")
    uses: dict[tuple[str, str], list[str]] = {}
    for op in traced.operations:
        if op.activation:
            name = traced.blocks[op.block].name
            uses.setdefault((op.activation, op.role), []).append(name)
    st.dataframe(
        [
            {
                _("Activation"): ACTIVATION_LABELS[key],
                _("After"): role,
                _("Times"): len(names),
                _("Blocks"): ", ".join(names),
            }
            for (key, role), names in uses.items()
        ],
        hide_index=True,
    )
