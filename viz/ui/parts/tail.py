"""Parts of the lesson on V3's last stage and stem."""

import streamlit as st

from viz.charts import lessons as lesson_charts
from viz.lessons.tail import Change, last_stage, stem
from viz.ui import controls, picture
from viz.ui.controls import Range
from viz.ui.translate import _

LAST = {
    "map": Range(_("Last map (7 for 224 pixels)"), 1, 16, 7),
    "classes": Range(_("Classes"), 1, 2000, 1000),
}
STEM = {
    "filters": Range(_("Filters of the stem (32 before)"), 8, 32, 16, 8),
    "image": Range(_("Image (pixels)"), 32, 512, 224, 32),
}
SOURCE = _("Searching for MobileNetV3, arXiv:1905.02244, section 5.1 (last stage: Figure 5).")


def show_last_stage() -> None:
    """The tail of V2 against that of V3."""
    chosen = controls.numbers(LAST)
    change = last_stage(*chosen)
    text = _(
        "Pooling before the features instead of after them turns a 1×1 convolution over the whole "
        "map into one over a single position; then nothing needs the depthwise layer and the "
        "projection any more. **{before:.2f} M → {after:.2f} M** MACs. The paper speaks of 30 "
        "million and 7 ms, 11 % of the running time, with almost no loss of accuracy."
    )
    _show(change, text, "last-stage", "16", dict(zip(LAST, chosen, strict=True)))


def show_stem() -> None:
    """32 filters against fewer."""
    chosen = controls.numbers(STEM)
    change = stem(*chosen)
    text = _(
        "The first convolution works on the largest map. With h-swish, the paper found, 16 "
        "filters do as well as 32. At this setting: **{before:.2f} M → {after:.2f} M** MACs in "
        "the stem and the block behind it. For 16 filters the paper speaks of 10 million and 2 ms."
    )
    _show(change, text, "stem", "0", dict(zip(STEM, chosen, strict=True)))


def _show(change: Change, text: str, key: str, block: str, chosen: dict[str, int]) -> None:
    chart = lesson_charts.change_chart(change.rows(), change.macs, picture.mode())
    picture.chart(chart, key=key, source="arXiv:1905.02244, section 5.1", name=key, chosen=chosen)
    left, right = st.columns(2, gap="large")
    with left:
        before, after = change.macs
        st.latex(r"\text{MACs} = K^2 \cdot \frac{M}{\text{groups}} \cdot N \cdot H \cdot W")
        controls.explain(text.format(before=before / 1e6, after=after / 1e6), SOURCE)
        st.page_link(
            "architecture.py",
            label=_("Where that is in MobileNetV3-Large"),
            icon=":material/arrow_forward:",
            query_params={"network": "v3-large", "block": block},
        )
    with right:
        _show_rows(change)


def _show_rows(change: Change) -> None:
    number = st.column_config.NumberColumn
    st.dataframe(
        change.rows(),
        hide_index=True,
        column_config={
            "layer": _("Layer"),
            "before": _("Before"),
            "after": _("After"),
            "macs_before": number(_("MACs before"), format="localized"),
            "macs_after": number(_("MACs after"), format="localized"),
            "change": number(_("Difference"), format="localized"),
        },
    )
