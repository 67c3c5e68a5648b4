"""Parts of the page about cost and output size of convolutions."""

import streamlit as st

from viz.drawing.diagrams import draw_convolution, draw_windows
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.convolution import ConvolutionCost, convolution_cost, ratio_rows
from viz.lessons.windows import Windows, pytorch_windows, tensorflow_windows
from viz.net.config import Config
from viz.net.fields import Number, Word
from viz.ui import controls, grid, picture
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

KERNELS = (3, 5)
OLD_PARTS = {"Cost": "cost", "Output size": "size"}


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    return {"part": part(), **_cost_controls(), **_size_controls()}


def part() -> Control:
    """The page's tabs."""
    names = {"cost": _("Cost"), "size": _("Output size")}
    return Control("", Word(tuple(names), "cost", OLD_PARTS), names.__getitem__)


def _cost_controls() -> Controls:
    fields = FIGURES["convolution"].fields
    kernel = fields["k"]
    assert isinstance(kernel, Number)  # as its registry entry says
    return {
        "m": Control(_("Input channels M"), fields["m"]),
        "n": Control(_("Filters N"), fields["n"]),
        "k": Control(_("Kernel K"), Number(kernel.low, kernel.high, kernel.default, step=2)),
        "size": Control(_("Map size D"), fields["size"]),
    }


def _size_controls() -> Controls:
    fields = FIGURES["windows"].fields
    labels = {
        "w": _("Input size W"),
        "f": _("Kernel F"),
        "p": _("Padding P"),
        "s": _("Stride S"),
    }
    return {name: Control(label, fields[name]) for name, label in labels.items()}


def show_cost() -> None:
    """Controls, maps and filters, both costs, and the ratio."""
    asked = _cost_controls()
    values = controls.sliders(asked)
    costs = convolution_cost(*values)
    picture.show(
        draw_convolution(costs, picture.look(source="arXiv:1704.04861, section 3.1")),
        key="convolution-picture",
        label=_("Maps and filters of both convolutions"),
        name="convolution",
        params=words_of_figure("convolution", dict(zip(asked, values, strict=True))),
    )
    left, right = st.columns(2, gap="large")
    with left:
        _show_figures(costs)
    with right:
        _show_ratio(costs)


def _show_figures(costs: ConvolutionCost) -> None:
    standard, depthwise, pointwise, _pair = costs.rows()
    k, d = costs.standard.kernel, costs.standard.out_shape[1]
    m, n = costs.standard.in_shape[0], costs.standard.out_shape[0]
    st.latex(
        rf"\begin{{aligned}}K^2 M N D^2 &= {k}^2 \cdot {m} \cdot {n} \cdot {d}^2"
        rf" = {_thousands(standard.macs)}\\"
        rf"K^2 M D^2 &= {k}^2 \cdot {m} \cdot {d}^2 = {_thousands(depthwise.macs)}\\"
        rf"M N D^2 &= {m} \cdot {n} \cdot {d}^2 = {_thousands(pointwise.macs)}\\"
        rf"\frac{{K^2 M D^2 + M N D^2}}{{K^2 M N D^2}} &= \frac{{1}}{{N}} + \frac{{1}}{{K^2}}"
        rf" = \frac{{1}}{{{1 / costs.macs_ratio:.2f}}}\end{{aligned}}"
    )
    columns = {
        "convolution": _("Convolution"),
        "params": grid.count(_("Weights")),
        "macs": grid.count(_("MACs")),
    }
    grid.show(costs.rows(), columns)
    example = convolution_cost(3, 4, 3, 1)
    controls.explain(
        _(
            "The often-quoted **1/8 to 1/9** for 3×3 kernels needs at least N = 72 filters."
            " With few filters the pointwise convolution costs almost as much as it saves: "
            "3 → 4 channels give 1/{example:.2f}."
        ).format(example=1 / example.macs_ratio),
        _("MobileNets, arXiv:1704.04861, section 3.1."),
    )


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", r"\,")


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
    asked = _size_controls()
    size, kernel, padding, stride = values = controls.sliders(asked)
    ours = pytorch_windows(size, kernel, stride, padding)
    theirs = tensorflow_windows(size, kernel, stride)
    if ours.out:
        rules = [("PyTorch", ours), (_("TensorFlow same"), theirs)]
        picture.show(
            draw_windows(rules, picture.look(source="PyTorch, Conv2d")),
            key="windows-picture",
            label=_("Windows along one side of the map"),
            name="windows",
            params=words_of_figure("windows", dict(zip(asked, values, strict=True))),
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
    none = r" < 1,\ \text{no window fits}" if ours.formula < 1 else ""
    st.latex(
        r"N = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1 = "
        rf"\left\lfloor \frac{{{ours.size} - {ours.kernel} + 2 \cdot {padding}}}{{{ours.stride}}}"
        rf"\right\rfloor + 1 = {ours.formula}{none}"
    )
    st.latex(
        r"N_\mathrm{same} = \left\lceil \frac{W}{S} \right\rceil = "
        rf"\left\lceil \frac{{{theirs.size}}}{{{theirs.stride}}} \right\rceil = {theirs.out}"
    )


def _explain_size(ours: Windows, theirs: Windows) -> None:
    if ours.missed:
        seen = _("in PyTorch's row no window covers {pixels}").format(
            pixels=", ".join(map(str, ours.missed))
        )
    else:
        seen = _("in PyTorch's row every pixel is covered")
    shift = ours.before - theirs.before
    if (ours.out, shift) == (theirs.out, 0):
        grids = _("both rules give the same windows")
    elif ours.out == theirs.out:
        grids = _("the sizes agree, but TensorFlow's windows are shifted by {shift} px").format(
            shift=shift
        )
    else:
        grids = _("the sizes differ, {ours} and {theirs}").format(ours=ours.out, theirs=theirs.out)
    controls.explain(
        _(
            "Pixels can be skipped at the end, and between windows if the stride exceeds "
            "the kernel: **{seen}**. TensorFlow's same padding puts the odd pixel at the "
            "end: **{grids}**. Weights trained with one rule do not transfer exactly to the"
            " other."
        ).format(seen=seen, grids=grids),
        _("Formula without dilation; PyTorch, documentation of Conv2d."),
    )
