"""Parts of the lesson on V3's last stage and stem."""

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.tail import Change, last_stage, stem
from viz.net.config import Config
from viz.net.fields import Word
from viz.ui import controls, grid, picture
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

SOURCE = "Searching for MobileNetV3, arXiv:1905.02244, section 5.1 (last stage: Figure 5)."
OLD_PARTS = {"Last stage": "last", "Stem": "stem"}


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    return {"part": part(), **_last_controls(), **_stem_controls()}


def part() -> Control:
    """The page's tabs."""
    names = {"last": _("Last stage"), "stem": _("Stem")}
    return Control("", Word(tuple(names), "last", OLD_PARTS), names.__getitem__)


def _last_controls() -> Controls:
    fields = FIGURES["last-stage"].fields
    return {
        "map": Control(_("Last map (7 for 224 pixels)"), fields["map"]),
        "classes": Control(_("Classes"), fields["classes"]),
    }


def _stem_controls() -> Controls:
    fields = FIGURES["stem"].fields
    return {
        "filters": Control(_("Filters of the stem (32 before)"), fields["filters"]),
        "image": Control(_("Image (pixels)"), fields["image"]),
    }


def show_last_stage() -> None:
    """The tail of V2 against that of V3."""
    chosen = controls.sliders(_last_controls())
    change = last_stage(*chosen)
    text = _(
        "Pooled first, the feature layer works on one position instead of the whole map: "
        "**{before:.2f} M → {after:.2f} M** MACs. The paper reports 30 million and 7 ms less, "
        "11 % of the running time."
    )
    _show(change, text, "last-stage", "16", dict(zip(_last_controls(), chosen, strict=True)))


def show_stem() -> None:
    """32 filters against fewer."""
    chosen = controls.sliders(_stem_controls())
    change = stem(*chosen)
    text = _(
        "With h-swish, the paper reports, 16 filters on the largest map are as accurate as 32: "
        "**{before:.2f} M → {after:.2f} M** MACs in the stem and the block after it. The paper "
        "reports 10 million and 2 ms less."
    )
    _show(change, text, "stem", "0", dict(zip(_stem_controls(), chosen, strict=True)))


def _show(change: Change, text: str, key: str, block: str, values: dict[str, int]) -> None:
    from viz.charts.lessons import change_chart

    picture.chart(
        change_chart(change.rows(), change.macs, picture.mode()),
        key=key,
        source="arXiv:1905.02244, section 5.1",
        name=key,
        params=words_of_figure(key, values),
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        before, after = change.macs
        st.latex(r"\text{MACs} = K^2 \cdot \frac{M}{\text{groups}} \cdot N \cdot H \cdot W")
        controls.explain(text.format(before=before / 1e6, after=after / 1e6), SOURCE)
        st.page_link(
            "architecture.py",
            label=_("This part of MobileNetV3-Large"),
            icon=":material/arrow_forward:",
            query_params={"network": "v3-large", "block": block},
        )
    with right:
        _show_rows(change)


def _show_rows(change: Change) -> None:
    columns = {
        "layer": _("Layer"),
        "before": _("Before"),
        "after": _("After"),
        "macs_before": grid.count(_("MACs before"), width=100),
        "macs_after": grid.count(_("MACs after"), width=100),
        "change": grid.count(_("Difference"), width=100),
    }
    grid.show(change.rows(), columns)
