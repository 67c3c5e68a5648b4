"""Parts of the page about the cost of convolutions."""

import streamlit as st

from viz.lessons.convolution import ConvolutionCost, convolution_cost, ratio_rows
from viz.ui import figure, link
from viz.ui.words import _

# name -> (lowest, highest, default): the posts' own example is 3 -> 4 channels
LIMITS = {"m": (1, 512, 3), "n": (1, 512, 4), "k": (1, 7, 3), "size": (1, 224, 14)}
KERNELS = (3, 5)


def controls() -> ConvolutionCost:
    """Channels, filters, kernel and map size."""
    link.repair({name: link.between(name, low, high) for name, (low, high, _d) in LIMITS.items()})
    labels = {
        "m": _("Input channels M"),
        "n": _("Filters N"),
        "k": _("Kernel K"),
        "size": _("Map size"),
    }
    values = []
    for column, (name, (low, high, default)) in zip(st.columns(4), LIMITS.items(), strict=True):
        step = 2 if name == "k" else 1
        values.append(
            column.slider(labels[name], low, high, default, step, key=name, bind="query-params")
        )
    return convolution_cost(*values)


def show_costs(costs: ConvolutionCost) -> None:
    """The formula, and both costs in figures."""
    st.latex(
        r"\frac{K^2 M D^2 + M N D^2}{K^2 M N D^2} = \frac{1}{N} + \frac{1}{K^2}"
        rf" = \frac{{1}}{{{1 / costs.macs_ratio:.2f}}}"
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        costs.rows(),
        hide_index=True,
        column_config={
            "convolution": _("Convolution"),
            "params": number(_("Weights"), format="localized"),
            "macs": number(_("MACs"), format="localized"),
        },
    )
    st.markdown(
        _(
            "The often-quoted **1/8 to 1/9** for 3×3 kernels holds from N = 72 filters on. With "
            "few filters the pointwise step costs almost as much as it saves: 3 → 4 channels "
            "come to 1/2.77. Source: MobileNets paper, section 3.1."
        )
    )


def show_ratio(costs: ConvolutionCost) -> None:
    """The ratio against the number of filters."""
    from viz import lesson_charts  # brings pandas and plotly, which no picture should wait for

    op = costs.standard
    st.plotly_chart(
        lesson_charts.ratio_chart(
            ratio_rows(sorted({*KERNELS, op.kernel})),
            op.out_shape[0],
            costs.macs_ratio,
            figure.mode(),
        ),
        theme=None,
        key="ratio",
    )
