"""Parts of the lesson on the inverted residual."""

import streamlit as st

from viz.drawing.diagrams import draw_residuals
from viz.lessons.residual import (
    LIMITS,
    ResidualBlock,
    block_rows,
    inverted_residual,
    resnet_bottleneck,
)
from viz.ui import controls, picture
from viz.ui.controls import Range, Switch
from viz.ui.translate import _

NUMBERS = {
    "channels": Range(_("Narrow channels"), *LIMITS["channels"], step=8),
    "t": Range(_("Expansion factor t"), *LIMITS["t"]),
    "size": Range(_("Map size"), *LIMITS["size"], step=7),
}
SWITCHES = {
    "stride2": Switch(_("Stride 2")),
    "same": Switch(_("Output = input channels (off: twice as many)"), default=True),
}
FIELDS = {**NUMBERS, **SWITCHES}


def chosen() -> list[ResidualBlock]:
    """Controls in one row, and both blocks that they ask for."""
    sliders, switches = st.columns([3, 1], vertical_alignment="bottom")
    with sliders:
        channels, t, size = controls.numbers(NUMBERS)
    with switches:
        stride2, same = (controls.switch(name, field) for name, field in SWITCHES.items())
    stride = 2 if stride2 else 1
    return [
        resnet_bottleneck(channels, size, stride, same=same),
        inverted_residual(channels, size, stride, t, same=same),
    ]


def show_picture(blocks: list[ResidualBlock]) -> None:
    """Both blocks, widths to scale."""
    picture.show(
        draw_residuals(
            blocks, picture.look(source="arXiv:1801.04381, Figure 3; arXiv:1512.03385, Figure 5")
        ),
        key="residual-picture",
        label=_("ResNet's bottleneck beside V2's inverted residual"),
        name="residual",
        chosen={name: _said(st.session_state[name]) for name in FIELDS},
    )


def _said(value: object) -> str:
    return str(value).lower()


def show_figures(blocks: list[ResidualBlock]) -> None:
    """Parameters, MACs and tensors of both."""
    number = st.column_config.NumberColumn
    st.dataframe(
        block_rows(blocks),
        hide_index=True,
        column_config={
            "block": _("Block"),
            "params": number(_("Parameters"), format="localized"),
            "macs": number(_("MACs"), format="localized"),
            "widest": _("Widest tensor"),
            "widest_values": number(_("Its values"), format="localized"),
            "ends": _("Tensor that leaves"),
            "shortcut": _("Shortcut"),
        },
    )


def explain() -> None:
    """What is inverted, and where that stands."""
    st.latex(
        r"x + \underbrace{P}_{1\times1,\ \text{linear}}\,\mathrm{ReLU6}\Big(\underbrace{D}"
        r"_{3\times3\ \text{depthwise}}\,\mathrm{ReLU6}\big(\underbrace{E}"
        r"_{1\times1,\ \times t}\,x\big)\Big)"
    )
    controls.explain(
        _(
            "ResNet narrows in the middle and joins the wide ends; V2 widens in the middle, where "
            "the convolution is depthwise and cheap, and joins the narrow ends. Where shapes "
            "change, ResNet puts a 1×1 convolution on the shortcut; V2 has no shortcut at all. "
            "ResNet's stride is on the 3×3, as torchvision has it."
        ),
        _(
            "MobileNetV2, arXiv:1801.04381, section 3.3 and Figure 3; Deep Residual Learning, "
            "arXiv:1512.03385, Figure 5."
        ),
    )
    st.page_link(
        "architecture.py",
        label=_("Such a block inside MobileNetV2"),
        icon=":material/arrow_forward:",
        query_params={"network": "v2", "block": "9"},
    )
