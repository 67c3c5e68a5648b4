"""Parts of the lesson on V3's last stage and stem."""

from functools import partial

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.tail import Change, last_stage, stem
from viz.net.config import Config
from viz.net.fields import Word
from viz.ui import controls, grid, lesson, picture
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

BELOW_TABS = 420  # pixels of a chart on a laptop
SOURCE = "Searching for MobileNetV3, arXiv:1905.02244, section 5.1 (last stage: Figure 5)."
LAST_GUESS, STEM_GUESS = "last_guess", "stem_guess"
OLD_PARTS = {"Last stage": "last", "Stem": "stem"}


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    return {
        "part": part(),
        **_last_controls(),
        **_stem_controls(),
        LAST_GUESS: _guess(),
        STEM_GUESS: _guess(),
    }


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
    place, asked = st.container(), _last_controls()
    chosen = controls.sliders(asked)
    change = last_stage(*chosen)
    text = _("V3 pools before its widest layer, and leaves two out. How much of {before} goes?")
    question = _question(LAST_GUESS, text, change)
    with place:
        lesson.ask(question, _guess(), pixels=BELOW_TABS)
    _show_chart(change, "last-stage", dict(zip(asked, chosen, strict=True)))
    words = _(
        "{saved} of {before}: pooled first, the feature layer works on one position in place of "
        "{positions}. The paper reports 30 million MACs and 7 ms less, 11 % of the running time."
    )
    positions = chosen[0] ** 2
    lesson.answer(question, words.format(**_texts(change), positions=positions), SOURCE)
    lesson.more(_("Formula and table"), partial(_show_details, change, "16"))


def show_stem() -> None:
    """32 filters against fewer."""
    place, asked = st.container(), _stem_controls()
    chosen = controls.sliders(asked)
    change = stem(*chosen)
    text = _("{filters} filters in the stem in place of 32. How much of {before} goes?")
    question = _question(STEM_GUESS, text, change, filters=chosen[0])
    with place:
        lesson.ask(question, _guess(), pixels=BELOW_TABS)
    _show_chart(change, "stem", dict(zip(asked, chosen, strict=True)))
    words = _(
        "{saved} of {before}: the stem and the block after it, on the largest map. With h-swish, "
        "the paper reports, 16 filters are as accurate as 32, at 10 million MACs and 2 ms less."
    )
    lesson.answer(question, words.format(**_texts(change)), SOURCE)
    lesson.more(_("Formula and table"), partial(_show_details, change, "0"))


def _guess() -> Control:
    return lesson.guess("largest", "others", "all")


def _question(name: str, text: str, change: Change, **further: int) -> Question:
    choices = {key: _millions(saved) for key, saved in change.saved.items()}
    return Question(name, text.format(before=_texts(change)["before"], **further), choices, "all")


def _texts(change: Change) -> dict[str, str]:
    return {
        "before": _("{macs} MACs").format(macs=_millions(change.macs[0])),
        "saved": _millions(change.saved["all"]),
    }


def _millions(macs: int) -> str:
    return f"{macs / 1e6:.1f} M"


def _show_chart(change: Change, key: str, values: dict[str, int]) -> None:
    from viz.charts.lessons import change_chart

    picture.chart(
        change_chart(change.rows(), change.macs, picture.mode()),
        key=key,
        source="arXiv:1905.02244, section 5.1",
        name=key,
        params=words_of_figure(key, values),
    )


def _show_details(change: Change, block: str) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.latex(r"\text{MACs} = K^2 \cdot \frac{M}{\text{groups}} \cdot N \cdot H \cdot W")
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
