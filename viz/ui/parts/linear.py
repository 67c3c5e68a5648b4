"""Parts of the lesson on the linear bottleneck."""

import streamlit as st

from viz.activations import label_of
from viz.exports.figures import FIGURES, words_of_figure
from viz.net.config import Config
from viz.ui import controls, grid, picture
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

NAME = "spirals"
Setting = tuple[str, int, int]


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    fields = FIGURES[NAME].fields
    return {
        "activation": Control(_("Activation"), fields["activation"], label_of),
        "seed": Control(_("Seed of the random map"), fields["seed"]),
        "radius": Control(_("Radius of the spiral"), fields["radius"]),
    }


def chosen() -> Setting:
    """Controls in one row: activation, seed and radius."""
    asked = dict(parameters())
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        activation = controls.choice("activation", asked.pop("activation"))
    with right:
        seed, radius = controls.sliders(asked)
    return activation, seed, radius


def show_spirals(setting: Setting) -> None:
    """The spiral and its reconstructions."""
    from viz.charts.lessons import spiral_chart
    from viz.lessons.manifold import passages

    values = dict(zip(FIGURES[NAME].fields, setting, strict=True))
    picture.chart(
        spiral_chart(passages(*setting), setting[2], picture.mode()),
        key="spirals",
        source="arXiv:1801.04381, Figure 1",
        name=NAME,
        params=words_of_figure(NAME, values),
    )


def show_figures(setting: Setting) -> None:
    """Errors and live shares, of this seed and of many."""
    from viz.lessons.manifold import passage_rows

    columns = {
        "dimensions": _("n"),
        "error": grid.number(_("Relative error"), format="%.2f"),
        "median_error": grid.number(_("Median of 100 seeds"), format="%.2f"),
        "live": grid.number(_("Points with ≥ 2 live (%)"), format="%.0f"),
        "median_live": grid.number(_("Median (%)"), format="%.0f"),
    }
    grid.show(passage_rows(*setting), columns, percent=("live", "median_live"))
    st.caption(
        _(
            "Error: distance from the input relative to its size, after the best shift and "
            "scale. Live: a coordinate where {name} has a non-zero slope."
        ).format(name=label_of(setting[0]))
    )


def explain() -> None:
    """Explanation of the picture, with its source."""
    st.latex(r"x' = T^{+}\, f(T x), \qquad T \in \mathbb{R}^{n \times 2}\ \text{random}")
    controls.explain(
        _(
            "With few dimensions ReLU destroys the spiral; with many, enough coordinates "
            "stay live to preserve its shape. So V2 activates inside the block, where there"
            " are many channels, and keeps the narrow output **linear**. A larger radius "
            "reaches ReLU6's upper bound, and the range where h-swish is close to ReLU."
        ),
        _("MobileNetV2, arXiv:1801.04381, section 3.2 and Figure 1."),
    )
    st.page_link(
        "architecture.py",
        label=_("A linear projection in MobileNetV2"),
        icon=":material/arrow_forward:",
        query_params={"network": "v2", "block": "3"},
    )
