"""Results of a training run: weights, and answers on the validation pictures."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from PIL import ImageOps

from viz.lab import live, runs
from viz.lab.classes import read_classes
from viz.lab.errors import RunError
from viz.lab.pictures import open_picture
from viz.lab.runs import Run
from viz.lab.scores import scores_of
from viz.ui import grid, picture
from viz.ui.translate import _

SHOWN = 8  # wrong pictures
SIDE = 96  # pixels of one of them


def offer_weights(run: Run) -> None:
    """Download button for the trained weights."""
    path = run.result / runs.WEIGHTS
    if not path.exists():
        return  # the first epoch is told of before they are written
    st.download_button(
        _("Weights (safetensors)"),
        path.read_bytes,
        f"{run.folder.name}.safetensors",
        on_click="ignore",
        icon=":material/download:",
    )


def show_answers(run: Run, source: str) -> None:
    """Confusion matrix and the most confident mistakes."""
    answers = live.answers_in(run.result)
    if shared := live.in_both_halves(run.result):
        words = _("{count} validation pictures are training pictures too: accuracy is too high.")
        st.warning(words.format(count=shared))
    names = read_classes(run.result / "class_indices.json")
    wrong = live.wrong(answers)
    left, right = st.columns(2, gap="large")
    with left:
        from viz.charts.training import confusion_chart

        counts = live.confusion(answers, len(names))
        made = confusion_chart(counts, names, picture.mode())
        title = _("Confusion matrix")
        picture.chart(made, key="confusion", title=title, source=source)
    with right:
        some, none = _("**{count} of {all} wrong**, most confident first"), _("**All {all} right**")
        told = some if wrong else none
        st.markdown(told.format(count=len(wrong), all=len(answers)))
        _show_wrong(wrong[:SHOWN], names)
    _show_scores(answers, names)


def _show_scores(answers: Sequence[live.Answered], names: Sequence[str]) -> None:
    """Precision, recall and F1 by class, as ``python -m viz evaluate`` gives them."""
    if not answers:
        return
    found = scores_of(answers, names)
    rows = [row._asdict() for row in (*found.classes, *found.means)]
    columns = {
        "name": _("Class"),
        "precision": grid.number(_("Precision (%)"), format="%.1f"),
        "recall": grid.number(_("Recall (%)"), format="%.1f"),
        "f1": grid.number(_("F1 (%)"), format="%.1f"),
        "pictures": _("Pictures"),
    }
    grid.show(rows, columns, height="content", percent=("precision", "recall", "f1"))


def _show_wrong(wrong: Sequence[live.Answered], names: Sequence[str]) -> None:
    places = st.columns(4)
    for number, each in enumerate(wrong):
        with places[number % len(places)]:
            try:
                shown = open_picture(Path(each.path))
            except RunError:  # it has gone since
                continue
            square = ImageOps.fit(shown, (SIDE, SIDE))
            caption = _("{label}, predicted {predicted} ({share:.0%})").format(
                label=names[each.label], predicted=names[each.predicted], share=each.probability
            )
            st.image(square, caption=caption, width=SIDE, alt=caption)
