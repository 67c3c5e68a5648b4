"""Parts of the page about the cost of convolutions and the size of what they give."""

import streamlit as st

from viz.drawing.diagrams import draw_convolution, draw_windows
from viz.lessons import convolution, windows
from viz.lessons.convolution import ConvolutionCost, convolution_cost, ratio_rows
from viz.lessons.windows import Windows, pytorch_windows, tensorflow_windows
from viz.ui import controls, picture
from viz.ui.controls import Range
from viz.ui.translate import _

COST = {
    "m": Range(_("Input channels M"), *convolution.LIMITS["m"]),
    "n": Range(_("Filters N"), *convolution.LIMITS["n"]),
    "k": Range(_("Kernel K"), *convolution.LIMITS["k"], step=2),
    "size": Range(_("Map size D"), *convolution.LIMITS["size"]),
}
SIZE = {
    "w": Range(_("Input size W"), *windows.LIMITS["w"]),
    "f": Range(_("Kernel F"), *windows.LIMITS["f"]),
    "p": Range(_("Padding P"), *windows.LIMITS["p"]),
    "s": Range(_("Stride S"), *windows.LIMITS["s"]),
}
KERNELS = (3, 5)


def show_cost() -> None:
    """Controls, maps and filters, both costs, and the ratio."""
    chosen = controls.numbers(COST)
    costs = convolution_cost(*chosen)
    picture.show(
        draw_convolution(costs, picture.look(source="arXiv:1704.04861, section 3.1")),
        key="convolution-picture",
        label=_("Maps and filters of both convolutions"),
        name="convolution",
        chosen=dict(zip(COST, chosen, strict=True)),
    )
    left, right = st.columns(2, gap="large")
    with left:
        _show_figures(costs)
    with right:
        _show_ratio(costs)


def _show_figures(costs: ConvolutionCost) -> None:
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
    example = convolution_cost(3, 4, 3, 1)
    controls.explain(
        _(
            "The often-quoted **1/8 to 1/9** for 3×3 kernels holds from N = 72 filters on. With "
            "few filters the pointwise step costs almost as much as it saves: 3 → 4 channels "
            "come to 1/{example:.2f}."
        ).format(example=1 / example.macs_ratio),
        _("MobileNets, arXiv:1704.04861, section 3.1."),
    )


def _show_ratio(costs: ConvolutionCost) -> None:
    from viz.charts import (
        lessons as lesson_charts,  # brings pandas and plotly, which no picture should wait for
    )

    op = costs.standard
    picture.chart(
        lesson_charts.ratio_chart(
            ratio_rows(sorted({*KERNELS, op.kernel})),
            op.out_shape[0],
            costs.macs_ratio,
            picture.mode(),
        ),
        key="ratio",
    )


def show_size() -> None:
    """Controls, the windows along one side under both rules, and the formula."""
    size, kernel, padding, stride = controls.numbers(SIZE)
    ours = pytorch_windows(size, kernel, stride, padding)
    theirs = tensorflow_windows(size, kernel, stride)
    if ours.out:
        rules = [("PyTorch", ours), (_("TensorFlow same"), theirs)]
        picture.show(
            draw_windows(rules, picture.look(source="PyTorch, Conv2d")),
            key="windows-picture",
            label=_("Windows along one side of the map"),
            name="windows",
            chosen={"w": size, "f": kernel, "p": padding, "s": stride},
        )
    else:
        st.info(
            _("No output: the kernel, {kernel}, is larger than the padded side, {side}.").format(
                kernel=kernel, side=ours.padded
            )
        )
    left, right = st.columns(2, gap="large")
    with left:
        _show_size_formula(ours, theirs, padding)
    with right:
        _explain_size(ours, theirs)


def _show_size_formula(ours: Windows, theirs: Windows, padding: int) -> None:
    st.latex(
        r"N = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1 = "
        rf"\left\lfloor \frac{{{ours.size} - {ours.kernel} + 2 \cdot {padding}}}{{{ours.stride}}}"
        rf"\right\rfloor + 1 = {ours.formula}"
    )
    st.latex(
        r"N_\mathrm{same} = \left\lceil \frac{W}{S} \right\rceil = "
        rf"\left\lceil \frac{{{theirs.size}}}{{{theirs.stride}}} \right\rceil = {theirs.out}"
    )


def _explain_size(ours: Windows, theirs: Windows) -> None:
    if ours.missed:
        seen = _("in PyTorch's row no window sees {pixels}").format(
            pixels=", ".join(map(str, ours.missed))
        )
    else:
        seen = _("in PyTorch's row every pixel is seen")
    shift = ours.before - theirs.before
    if (ours.out, shift) == (theirs.out, 0):
        grids = _("both rules have the same windows")
    elif ours.out == theirs.out:
        grids = _("shapes agree, but TensorFlow's windows stand {shift} pixels further").format(
            shift=shift
        )
    else:
        grids = _("the shapes differ, {ours} and {theirs}").format(ours=ours.out, theirs=theirs.out)
    controls.explain(
        _(
            "What the last window does not reach is dropped: **{seen}**. TensorFlow's same padding "
            "puts the odd pixel at the end: here **{grids}**. Weights trained on one grid do not "
            "carry over exactly to another."
        ).format(seen=seen, grids=grids),
        _("The formula holds without dilation; PyTorch, documentation of Conv2d."),
    )
