"""Parts of the page on the design space."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.facts.rows import csv_text, table_of
from viz.hardware.devices import DEVICES
from viz.hardware.space import SpaceRow, space_rows
from viz.lessons.space import Best, Budgets, best, step
from viz.net.config import Config, configure
from viz.net.words import words_of
from viz.ui import controls, picture
from viz.ui.controls import Control, Controls
from viz.ui.pickers import network_name
from viz.ui.translate import _

NAME = "space"
OPENED = "space:opened"  # the configuration of a point that was clicked


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    fields = FIGURES[NAME].fields
    against = {"macs": _("MACs"), "memory": _("Memory"), "time": _("Time")}
    under = {"default": _("Default"), "all": _("All")}
    none = _("0: no budget.")
    rules = _("A network's default width rule, or all rules that it has.")
    return {
        "against": Control(_("Cost"), fields["against"], against.__getitem__),
        "on_device": Control(
            _("Device"), fields["on_device"], lambda key: DEVICES[key].name, _("For time.")
        ),
        "precision": Control(_("Precision"), fields["precision"]),
        "under": Control(_("Width rules"), fields["under"], under.__getitem__, rules),
        "most_params": Control(_("Budget: parameters (M)"), fields["most_params"], help=none),
        "most_macs": Control(_("Budget: MACs (M)"), fields["most_macs"], help=none),
        "most_peak": Control(_("Budget: memory (MB)"), fields["most_peak"], help=none),
        "among": Control(_("Networks"), fields["among"], network_name),
    }


def show() -> None:
    """The space, with its controls beside it."""
    _open_picked()
    chart_place, fields = st.columns([7, 2], gap="medium")
    with fields:
        values = _chosen()
    rows = space_rows(
        values["among"], str(values["under"]), str(values["on_device"]), str(values["precision"])
    )
    with chart_place:
        if rows:
            _show_rows(rows, values)
        else:
            st.info(_("Choose a network."))


def _chosen() -> dict[str, Any]:
    """The page's values, by the names of its figure's fields."""
    asked = parameters()
    against = controls.choice("against", asked["against"])
    found: dict[str, Any] = {"against": against}
    if against == "macs":
        found |= {name: controls.value_of(name, asked[name]) for name in ("precision", "on_device")}
    else:
        found["precision"] = controls.choice("precision", asked["precision"])
        is_time = against == "time"
        read = controls.pick if is_time else controls.value_of
        found["on_device"] = read("on_device", asked["on_device"])
    for name in ("most_params", "most_macs", "most_peak"):
        found[name] = controls.number(name, asked[name])
    found["under"] = controls.choice("under", asked["under"])
    found["among"] = tuple(controls.several("among", asked["among"]))
    return found


def _show_rows(rows: Sequence[SpaceRow], values: dict[str, Any]) -> None:
    from viz.charts.space import space_chart

    budgets = Budgets(values["most_params"], values["most_macs"], values["most_peak"])
    fitting = [row for row in rows if budgets.fit(row)]
    found = best(fitting)
    device = DEVICES[values["on_device"]].name
    chart = space_chart(rows, values["against"], budgets, found, picture.mode(), device)
    picture.chart(
        chart,
        key=NAME,
        name=NAME,
        params=words_of_figure(NAME, values),
        on_pick=partial(_pick, rows),
    )
    st.markdown(_sentence(len(rows), len(fitting), found, is_bound=any(budgets)))
    _offer(rows)


def _sentence(count: int, fitting: int, found: Best | None, *, is_bound: bool) -> str:
    """How many fit, and the most accurate published one of them."""
    words = _("**{count:,}** configurations.")
    if is_bound:
        words = _("**{fitting:,} of {count:,}** configurations are within the budgets.")
    parts = [words.format(fitting=fitting, count=count)]
    if found:
        text = _("The most accurate published one: **{name}**, {top1:g} % top-1; {source}.")
        parts.append(text.format(name=_title(found.row), top1=found.top1, source=found.citation))
    elif is_bound:
        parts.append(_("No published accuracy is known for any of them."))
    return " ".join(parts)


def _title(row: SpaceRow) -> str:
    return _config(row).title


def _config(row: SpaceRow) -> Config:
    return configure(
        row.network, width=row.width, resolution=row.resolution, width_rule=row.width_rule
    )


def _offer(rows: Sequence[SpaceRow]) -> None:
    """What a click does, what is left out, and the file of all."""
    words = [_("Click a point to open its network.")]
    if (every := step(len(rows))) > 1:
        words.append(_("One in {every} points is drawn; the file has all.").format(every=every))
    words.append(_("Front: none has as many parameters for less."))
    st.caption(" ".join(words))
    st.download_button(
        _("All {count:,} configurations (CSV)").format(count=len(rows)),
        lambda: csv_text(table_of(rows)),
        "design-space.csv",
        "text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _pick(rows: Sequence[SpaceRow], data: Sequence[int]) -> None:
    """Remember the network of a point, for the run that a click starts."""
    st.session_state[OPENED] = rows[int(data[0])]


def _open_picked() -> None:
    """Go to the network of a point that was clicked."""
    row = st.session_state.pop(OPENED, None)
    if row is not None:
        config = _config(row)
        st.switch_page(
            "architecture.py", query_params={"network": config.variant, **words_of(config)}
        )
