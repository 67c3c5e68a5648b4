"""Parts of the lesson on width and resolution."""

import streamlit as st

from viz import lesson_charts
from viz.config import Config
from viz.lessons.scaling import grid_rows, paper_claims, reduction
from viz.ui import controls, figure
from viz.ui.words import _


def show_grid(config: Config) -> None:
    """MACs and parameters of every width and resolution."""
    rows = grid_rows(config)
    chosen = (config.width, config.resolution)
    left, right = st.columns(2)
    for column, metric in ((left, "macs"), (right, "params")):
        column.plotly_chart(
            lesson_charts.grid_chart(rows, metric, chosen, figure.mode()), theme=None, key=metric
        )
    st.caption(
        _(
            "Framed: the width and resolution chosen in the sidebar. With a dot: one of the "
            "{count} pairs for which an accuracy was published."
        ).format(count=len(paper_claims(config)))
    )


def show_accuracy(config: Config) -> None:
    """What was published for these pairs, against what they cost."""
    st.markdown(f"**{_('What accuracy the cost buys')}**")
    rows = grid_rows(config)
    if not paper_claims(config):
        st.info(_("No accuracy was published for this network with these options."))
        return
    chosen = (config.width, config.resolution)
    st.plotly_chart(
        lesson_charts.published_chart(rows, chosen, figure.mode()), theme=None, key="published"
    )


def explain(config: Config) -> None:
    """The formula, what it comes to here, and where it stands."""
    params, macs = reduction(config)
    st.latex(r"K^2 \cdot \alpha M \cdot \rho^2 D^2 + \alpha M \cdot \alpha N \cdot \rho^2 D^2")
    controls.explain(
        _(
            "**α** thins every layer: the pointwise part falls with α², the depthwise part with α, "
            "and parameters fall with it. **ρ** shrinks every map: MACs fall with ρ², parameters "
            "stay. Here {macs:.1%} of the MACs and {params:.1%} of the parameters remain of those "
            "at width 1 and 224 pixels."
        ).format(macs=macs, params=params),
        _("MobileNets, arXiv:1704.04861, sections 3.3 and 3.4, Tables 6 and 7."),
    )
