"""Feature levels of the network of the page: which layers feed a detector."""

import streamlit as st

from viz.facts.taps import extractors, tap_rows
from viz.net.config import Config
from viz.net.trace import Trace
from viz.ui import controls, grid
from viz.ui.private import DeltaGenerator
from viz.ui.translate import _


def show(place: DeltaGenerator, traced: Trace) -> None:
    """A table, and the Python that takes them."""
    with place:
        rows = tap_rows(traced)
        if not rows:
            st.info(_("This network has no map at a stride of 2 or more."))
            return
        columns = {
            "stride": _("Stride"),
            "block": _("Block"),
            "channels": _("Channels"),
            "height": _("Height"),
            "width": _("Width"),
            "path": _("torch module"),
            **({} if traced.config.is_read else {"timm_index": _("timm out_indices")}),
            "inner_path": _("Alternative tap"),
            "inner_channels": _("Its channels"),
        }
        grid.show(rows, columns)
        st.caption(_told(traced))
        for library, code in extractors(traced).items():
            controls.heading(library)
            st.code(code, language="python")


def _is_in_timm(config: Config) -> bool:
    rules = [rule.name for rule in config.network.rules]
    return "timm" in rules and not config.design and "small_input" not in config.options


def _told(traced: Trace) -> str:
    """Explanation of the levels and of alternatives."""
    if traced.config.is_read:  # whether a last 1x1 convolution counts to the head, no file says
        first = _(
            "The last map at each stride. For some networks timm counts the last 1×1 "
            "convolution as part of the head."
        )
    else:
        as_timm = _(", as in timm's features_only")
        first = _("The last map at each stride{as_timm}.").format(
            as_timm=as_timm * _is_in_timm(traced.config)
        )
    others = _(
        "SSDLite and DeepLab tap the expansion inside the next stride-2 block, or the last "
        "1×1 convolution. Turn on *Mark feature levels (taps)* to see them in the picture."
    )
    return f"{first} {others}"
