"""Parts of the page about convolutions: what they cost, played step by step."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from viz.drawing.diagrams import draw_convolution
from viz.drawing.engine import Diagram
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.convolution import ConvolutionCost, convolution_cost, ratio_rows
from viz.lessons.player import GROUPED, GROUPS, Lane, grouped, separable, standard
from viz.net.config import Config
from viz.net.fields import Number, Word
from viz.ui import controls, grid, lesson, picture, player
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.parts import windows
from viz.ui.player import Bar, Track
from viz.ui.translate import _

KERNELS = (3, 5)
OLD_PARTS = {"Cost": "cost", "Output size": "size"}
SOURCE = "MobileNets, arXiv:1704.04861, section 3.1"
STANDARD_GUESS, STANDARD_STEP = "standard_guess", "standard_at"
PAIR_GUESS, PAIR_STEP = "pair_guess", "pair_at"
GROUPS_GUESS, GROUPS_STEP = "groups_guess", "groups_at"


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    step = Control(_("Step"), player.step_field())
    return {
        "part": part(),
        **_cost_controls(),
        "groups": _groups_control(),
        STANDARD_GUESS: lesson.guess("window", "filters", "all"),
        PAIR_GUESS: lesson.guess("both", "filters", "kernel"),
        GROUPS_GUESS: lesson.guess("square", "share", "whole"),
        STANDARD_STEP: step,
        PAIR_STEP: step,
        GROUPS_STEP: step,
        **windows.controls_of(),
    }


def part() -> Control:
    """The page's tabs."""
    names = {
        "standard": _("Standard"),
        "cost": _("Depthwise + pointwise"),
        "size": _("Output size"),
        "groups": _("Groups"),
    }
    return Control("", Word(tuple(names), "standard", OLD_PARTS), names.__getitem__)


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


def _groups_control() -> Control:
    return Control(_("Groups"), Number(GROUPS[0], GROUPS[-1], 2, only=GROUPS))


def _setting() -> dict[str, int]:
    """M, N, K and D, whose controls stand below the picture."""
    asked = _cost_controls()
    values = {name: controls.value_of(name, control) for name, control in asked.items()}
    return {name: int(value) for name, value in values.items() if isinstance(value, int)}


def _below(costs: ConvolutionCost, setting: Mapping[str, int]) -> None:
    """The controls, the still picture's files, and the formulas."""
    controls.sliders(_cost_controls())
    diagram = draw_convolution(costs, picture.look(source="arXiv:1704.04861, section 3.1"))
    picture.offer_diagram(
        diagram, name="convolution", params=words_of_figure("convolution", setting)
    )
    lesson.more(_("Formulas, table and the still picture"), partial(_show_details, costs, diagram))


def _show_details(costs: ConvolutionCost, diagram: Diagram) -> None:
    picture.show(
        diagram,
        key="convolution-picture",
        label=_("Maps and filters of both convolutions"),
        plain=True,
    )
    left, right = st.columns(2, gap="large")
    with left:
        _show_figures(costs)
    with right:
        _show_ratio(costs)


def show_standard() -> None:
    """One convolution: every output map looks at every input map."""
    setting = _setting()
    costs = convolution_cost(*setting.values())
    lane = standard(*setting.values())
    question = _standard_question(costs)
    control = lesson.guess(*costs.product_guesses)
    lesson.ask(question, control)
    player.show(
        [_standard_track(lane)],
        [[0]],
        [Bar(_("Standard"), (0,))],
        name=STANDARD_STEP,
        label=question.text,
        setting=str(setting),
        source=SOURCE,
    )
    _note_part_of_map(costs, lane)
    words = _("{count}: {k}·{k}·{m} products make one value, and {n}·{d}·{d} values are made. ")
    words += _("Every output map looks at every input map.")
    lesson.answer(question, words.format(count=question.choices["all"], **_letters(costs)), SOURCE)
    _below(costs, setting)


def _letters(costs: ConvolutionCost) -> dict[str, int]:
    op = costs.standard
    return {"m": op.in_shape[0], "n": op.out_shape[0], "k": op.kernel, "d": op.out_shape[1]}


def _standard_question(costs: ConvolutionCost) -> Question:
    text = _("A {k}×{k} convolution turns {m} maps of {d}×{d} into {n}. How many multiplications?")
    counts = {key: f"{count:,}" for key, count in costs.product_guesses.items()}
    return Question(STANDARD_GUESS, text.format(**_letters(costs)), counts, "all")


def _note_part_of_map(costs: ConvolutionCost, lane: Lane) -> None:
    whole, shown = costs.standard.in_shape[1], lane.windows.size
    if shown < whole:
        text = _("Played on {shown}×{shown} of {whole}×{whole} positions; the ratio is the same.")
        st.caption(text.format(shown=shown, whole=whole))


def _maps_text(count: int, size: int) -> str:
    template = (
        _("{count} map of {size}×{size}") if count == 1 else _("{count} maps of {size}×{size}")
    )
    return template.format(count=f"{count:,}", size=size)


def _standard_track(lane: Lane, title: str = "") -> Track:
    size, kernel = lane.windows.size, lane.windows.kernel
    return Track(
        lane,
        title or _("Standard {kernel}×{kernel}").format(kernel=kernel),
        _maps_text(lane.channels, size),
        _maps_text(lane.filters, lane.windows.out),
        _(
            "Filter {{filter}}, row {{row}}, column {{column}}: {products} products, sum {{value}}."
        ).format(products=f"{lane.products:,}"),
    )


def show_pair() -> None:
    """The standard convolution above the pair that replaces it, at the same pace."""
    setting = _setting()
    costs = convolution_cost(*setting.values())
    whole, pair = standard(*setting.values()), separable(*setting.values())
    question = _pair_question(costs)
    lesson.ask(question, lesson.guess(*costs.saving_guesses))
    player.show(
        [_standard_track(whole), *_pair_tracks(*pair)],
        [[0], [1, 2]],
        [Bar(_("Standard"), (0,)), Bar(_("Depthwise + pointwise"), (1, 2))],
        name=PAIR_STEP,
        label=question.text,
        setting=str(setting),
        source=SOURCE,
    )
    _note_part_of_map(costs, whole)
    lesson.answer(question, _pair_answer(costs), SOURCE)
    _below(costs, setting)


def _pair_question(costs: ConvolutionCost) -> Question:
    text = _("First each map alone (depthwise), then mix them (pointwise). How much cheaper is it?")
    guesses = sorted(costs.saving_guesses.items(), key=lambda guess: guess[1])
    choices = {key: _("{times:.3g} times").format(times=times) for key, times in guesses}
    return Question(PAIR_GUESS, text, choices, "both")


def _pair_answer(costs: ConvolutionCost) -> str:
    op = costs.standard
    return _(
        "{times:.2f} times: of the standard convolution's multiplications depthwise needs 1/{n}, "
        "pointwise 1/{k}; 1/N + 1/K² = {ratio:.3f}. With many filters it comes near K² = {k} "
        "and no further, because the mixing remains."
    ).format(times=1 / costs.macs_ratio, n=op.out_shape[0], k=op.kernel**2, ratio=costs.macs_ratio)


def _pair_tracks(depthwise: Lane, pointwise: Lane) -> list[Track]:
    size, kernel = depthwise.windows.size, depthwise.windows.kernel
    maps = _maps_text(depthwise.channels, size)
    return [
        Track(
            depthwise,
            _("Depthwise {kernel}×{kernel}").format(kernel=kernel),
            maps,
            maps,
            _(
                "Depthwise: row {{row}}, column {{column}} of every map, {products} products each."
            ).format(products=depthwise.products),
            share=f"1/N = 1/{pointwise.filters}",
        ),
        Track(
            pointwise,
            _("Pointwise 1×1"),
            maps,
            _maps_text(pointwise.filters, size),
            _(
                "Pointwise: filter {{filter}}, row {{row}}, column {{column}}: "
                "{products} products, sum {{value}}."
            ).format(products=f"{pointwise.products:,}"),
            share=f"1/K² = 1/{kernel**2}",
            follows=1,
        ),
    ]


def show_groups() -> None:
    """A convolution in one group above one in several, at the same pace."""
    control = _groups_control()
    value = controls.value_of("groups", control)
    assert isinstance(value, int)  # as its field says
    whole, split = grouped(value)
    question = _groups_question(whole, split)
    lesson.ask(question, lesson.guess(*question.choices))
    names = [_("1 group"), _("{count} groups").format(count=value) if value > 1 else _("1 group")]
    player.show(
        [_standard_track(lane, name) for lane, name in zip((whole, split), names, strict=True)],
        [[0], [1]],
        [Bar(name, (index,)) for index, name in enumerate(names)],
        name=GROUPS_STEP,
        label=question.text,
        setting=str(value),
        source=_("PyTorch, documentation of Conv2d"),
    )
    _answer_groups(question, split)
    controls.few("groups", control)


def _groups_question(whole: Lane, split: Lane) -> Question:
    text = _("4 maps become 4 in {groups} groups. How many of {all:,} multiplications remain?")
    groups = split.groups
    counts = {"square": split.total // groups, "share": split.total, "whole": whole.total}
    choices = {key: f"{count:,}" for key, count in counts.items()}
    return Question(GROUPS_GUESS, text.format(groups=groups, all=whole.total), choices, "share")


def _answer_groups(question: Question, split: Lane) -> None:
    words = _(
        "{count}, 1/{groups}: each filter reads {read} of {maps} maps. As many groups as maps are "
        "the depthwise convolution, and then nothing mixes the maps."
    ).format(
        count=question.choices["share"],
        groups=split.groups,
        read=GROUPED // split.groups,
        maps=GROUPED,
    )
    lesson.answer(question, words, _("PyTorch, documentation of Conv2d."))


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
