"""Parts of the lesson on the linear bottleneck."""

import streamlit as st

from viz.charts import lessons as lesson_charts
from viz.lessons.manifold import passage_rows, passages
from viz.theme import ACTIVATION_LABELS
from viz.ui import controls, picture
from viz.ui.controls import Choice, Range
from viz.ui.translate import _

ACTIVATION = Choice(_("Activation"), ("relu", "relu6", "hardswish"))
NUMBERS = {
    "seed": Range(_("Seed of the random map"), 0, 999, 19),
    "radius": Range(_("Radius of the spiral"), 1, 10, 4),
}
FIELDS = {"activation": ACTIVATION, **NUMBERS}
Setting = tuple[str, int, int]


def chosen() -> Setting:
    """Controls in one row: activation, seed and radius."""
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        activation = controls.choice("activation", ACTIVATION)
    with right:
        seed, radius = controls.numbers(NUMBERS)
    return activation, seed, radius


def show_spirals(setting: Setting) -> None:
    """The spiral, and what came back from each width."""
    picture.chart(
        lesson_charts.spiral_chart(passages(*setting), setting[2], picture.mode()),
        key="spirals",
        source="arXiv:1801.04381, Figure 1",
        name="spirals",
        chosen=dict(zip(FIELDS, setting, strict=True)),
    )


def show_figures(setting: Setting) -> None:
    """Errors and live shares, of this seed and of many."""
    number = st.column_config.NumberColumn
    rows = [
        row | {name: 100 * float(str(row[name])) for name in ("live", "median_live")}
        for row in passage_rows(*setting)
    ]
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "dimensions": _("n"),
            "error": number(_("Relative error"), format="%.2f"),
            "median_error": number(_("Median of 100 seeds"), format="%.2f"),
            "live": number(_("Points with ≥ 2 live (%)"), format="%.0f"),
            "median_live": number(_("Median (%)"), format="%.0f"),
        },
    )
    st.caption(
        _(
            "Error: distance from the input over its size, after the best shift and enlargement. "
            "Live: a coordinate where {name} still has a slope."
        ).format(name=ACTIVATION_LABELS[setting[0]])
    )


def explain() -> None:
    """What the picture says, and where it stands."""
    st.latex(r"x' = T^{+}\, f(T x), \qquad T \in \mathbb{R}^{n \times 2}\ \text{random}")
    controls.explain(
        _(
            "ReLU folds a spiral flat in few dimensions; only with many do enough coordinates "
            "stay alive for its shape to survive. So V2 activates where channels are many, inside "
            "the block, and leaves the narrow output **linear**. A larger radius runs into ReLU6's "
            "upper bound, and takes h-swish to where it is like ReLU."
        ),
        _("MobileNetV2, arXiv:1801.04381, section 3.2 and Figure 1."),
    )
    st.page_link(
        "architecture.py",
        label=_("A linear projection inside MobileNetV2"),
        icon=":material/arrow_forward:",
        query_params={"network": "v2", "block": "3"},
    )
