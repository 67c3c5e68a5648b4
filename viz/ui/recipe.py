"""The recipe of what a page shows: a line whose steps can be undone, and what each of them did.

A link says a recipe by the names of the controls; one that has it as ``recipe`` is spelled out.
"""

from collections.abc import Mapping
from functools import lru_cache

import streamlit as st

from viz.exports.figures import FIGURES
from viz.facts.steps import COUNTED, RecipeSteps, StepRow
from viz.lab.quantize.lesson import CHANNEL, SCHEMES
from viz.net.config import fields_of
from viz.net.design import KEY
from viz.net.fields import ConfigError, Switch, Word, write_all
from viz.net.recipe import INT8, PATCHES, Recipe, recipe_of
from viz.net.scheme import Scheme, scheme_of
from viz.net.words import words_of
from viz.ui import controls, grid, query
from viz.ui.controls import Control, Controls
from viz.ui.private import DeltaGenerator
from viz.ui.translate import _

LONGEST = 32  # characters of a step on screen
VALUES, GIVEN, SCHEME, PIECES, FIRST, CUTS = "values", "given", "scheme", "pieces", "first", "cuts"
FIELDS = {**FIGURES["arena"].fields, SCHEME: Word(SCHEMES, CHANNEL)}
IN_FLOAT = {VALUES: "float32", GIVEN: "float32"}


def words_of_recipe(recipe: Recipe) -> dict[str, str]:
    """A recipe as a link has it."""
    chosen = {VALUES: INT8, SCHEME: recipe.scheme.text} if recipe.scheme else IN_FLOAT
    first, cuts = recipe.patches or (FIELDS[FIRST].default, FIELDS[CUTS].default)
    pieces = {PIECES: recipe.patches is not None, FIRST: first, CUTS: cuts}
    words = write_all(FIELDS, {**chosen, **pieces})
    return {query.NETWORK: recipe.config.variant, **words_of(recipe.config), **words}


def spell_out() -> None:
    """A recipe in the URL becomes the parameters that say the same; a note where it cannot be."""
    if query.RECIPE not in st.query_params:
        return
    given = {name: st.query_params[name] for name in st.query_params}
    del st.query_params[query.RECIPE]
    try:
        found = spelled(given)
    except ConfigError as error:
        query.note(_("From the link: {problem} It is left out.").format(problem=error))
        return
    for name in found.keys() - given.keys():
        st.query_params[name] = found[name]


def spelled(params: Mapping[str, str]) -> dict[str, str]:
    """What a link says, its recipe by the names of controls. Raises ``ConfigError``."""
    text = params.get(query.RECIPE)
    words = {} if text is None else words_of_recipe(recipe_of(text))
    return words | {name: value for name, value in params.items() if name != query.RECIPE}


def show(steps: RecipeSteps) -> None:
    """The network, and a button for each step that undoes it."""
    with _line(steps.recipe):
        for number, step in enumerate(steps.recipe.steps, start=1):
            st.button(
                _shown(step),
                key=f"undo-{number}",
                icon=":material/undo:",
                help=_("Undo this step"),
                on_click=_undo,
                args=(steps.recipe, step),
            )


def _line(recipe: Recipe) -> DeltaGenerator:
    """The row that begins with the network."""
    row = st.container(key="recipe", horizontal=True, vertical_alignment="center")
    row.markdown(f"**{_('Recipe')}** &nbsp; `{recipe.start}`", width="content")
    return row


def show_links(recipe: Recipe) -> None:
    """The same where the page has no controls for the steps: undone on **Does it fit?**."""
    with _line(recipe):
        for number, step in enumerate(recipe.steps, start=1):
            _link_to_fit(recipe.without(number), _shown(step), "undo", _("Undo on Does it fit?"))
    _link_to_fit(recipe, _("Memory of this recipe"), "arrow_forward")


def _link_to_fit(recipe: Recipe, label: str, icon: str, words: str | None = None) -> None:
    """To the page whose controls change the steps, where it can plan what they make."""
    if recipe.scheme and not _is_whole(recipe.scheme):
        return
    st.page_link(
        "fit.py",
        label=label,
        icon=f":material/{icon}:",
        help=words,
        width="content",
        query_params=words_of_recipe(recipe),
    )


def link_to_eight(scheme: Scheme) -> None:
    """To what eight bits cost in precision."""
    label = _("What eight bits cost in precision")
    words = write_all(FIELDS, {SCHEME: scheme.text})
    st.page_link("eight.py", label=label, icon=":material/arrow_forward:", query_params=words)


def _shown(step: str) -> str:
    text = step if len(step) <= LONGEST else f"{step[:LONGEST]}…"
    return query.plain(text)


def _undo(recipe: Recipe, step: str) -> None:
    """Set the controls of a step to what they are without it."""
    for name, value in _without(recipe, step).items():
        query.choose(name, value)


def _without(recipe: Recipe, step: str) -> dict[str, object]:
    word = step.partition(" ")[0]
    if word == KEY:
        return {query.NETWORK: recipe.start}
    if word == PATCHES:
        return {PIECES: False}
    fields = fields_of(recipe.config.network)
    return {word: fields[word].default} if word in fields else {**IN_FLOAT}


def show_rows(steps: RecipeSteps) -> None:
    """What each step did, and the recipe to be copied."""
    st.code(steps.text, language=None, wrap_lines=True)
    labels = {
        "params": _("Parameters"),
        "macs": _("MACs"),
        "weight_bytes": _("Weights (B)"),
        "arena_bytes": _("Arena (B)"),
        "peak_bytes": _("Peak (B)"),
    }
    counts = {name: grid.count(labels[name]) for name in COUNTED}
    grid.show(_rows(steps), {"step": _("Step"), **counts, "change": _("Change")})


@lru_cache(maxsize=256)
def _rows(steps: RecipeSteps) -> tuple[StepRow, ...]:
    return steps.rows


def parameters() -> Controls:
    """URL parameters of a recipe that no other control of a page has."""
    whole = tuple(text for text in SCHEMES if _is_whole(scheme_of(text)))
    return {
        SCHEME: Control(_("Scheme"), Word(whole, CHANNEL)),
        PIECES: Control(_("In the plan above"), Switch()),
    }


def _is_whole(scheme: Scheme) -> bool:
    return not scheme.kept and not scheme.is_simulated


def chosen_scheme() -> str:
    """The scheme that was chosen on any page, where it is in 8 bits throughout."""
    return str(controls.value_of(SCHEME, parameters()[SCHEME]))
