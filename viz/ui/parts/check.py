"""Parts of the page that checks printed figures."""

from collections.abc import Sequence

import streamlit as st

from viz.facts.checks import DIFFERS, ClaimRow, claim_rows, counting_rows, parameter_counts
from viz.net.config import Config
from viz.net.fields import Switch, Words
from viz.net.trace import Trace, trace_config
from viz.net.zoo import ZOO
from viz.ui import controls, grid, picture
from viz.ui.controls import Control, Controls
from viz.ui.pickers import network_name
from viz.ui.translate import _

LAST = ("source", "table", "options")


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    with_claims = tuple(key for key, network in ZOO.items() if network.claims)
    return {
        "checked": Control(_("Networks"), Words(with_claims, with_claims), network_name),
        "only_differing": Control(_("Differences only"), Switch()),
    }


def show_claims() -> None:
    """How far every claim of the chosen networks is from what is computed, and why."""
    from viz.charts.checks import checks_chart

    asked = parameters()
    with st.expander(_("Networks")):
        chosen = controls.several("checked", asked["checked"])
    every = claim_rows(chosen)
    if not every:
        st.info(_("Choose a network."))
        return
    agreeing = sum(not row.differs for row in every)
    text = _("**{agreeing} of {all}** printed rows match to the printed digits.")
    st.markdown(text.format(agreeing=agreeing, all=len(every)))
    title = _("Printed figures: {agreeing} of {all} rows match").format(
        agreeing=agreeing, all=len(every)
    )
    source = _("papers and libraries, listed in the Atlas")
    picture.chart(checks_chart(every, picture.mode()), key="checks", title=title, source=source)
    only = controls.toggle("only_differing", asked["only_differing"])
    _show_rows([row for row in every if row.differs or not only], only=only)


def _show_rows(rows: Sequence[ClaimRow], *, only: bool) -> None:
    columns = {
        "network": grid.text(_("Network"), pinned=True, width=135),
        "width": grid.number(_("Width"), format="%.2f", width=52),
        "resolution": grid.number(_("Pixels"), width=52),
        "params_printed": grid.number(_("Params (M)"), width=80),
        "params_computed": grid.number(_("Atlas"), format="%.3f", width=58),
        "params_agreement": grid.text(_("Agreement"), width=126),
        "macs_printed": grid.number(_("MACs (M)"), width=72),
        "macs_computed": grid.number(_("Atlas"), format="%.2f", width=68),
        "macs_agreement": grid.text(_("Agreement"), width=96),
        "source": grid.text(_("Source"), width=218),
        "table": grid.text(_("Table"), width=115),
        "options": grid.text(_("Options"), width=100),
        "reason": grid.text(_("Remark"), width=600),
    }
    if only:  # then the question is why
        columns = {name: columns[name] for name in sorted(columns, key=LAST.__contains__)}
    grid.show([_with_differences(row) for row in rows], columns, height=430)
    st.caption(_("Rounded up or down counts as a match. Each row uses its source's width rule."))


def _with_differences(row: ClaimRow) -> dict[str, object]:
    """Agreement columns with the difference in percent."""
    told = {
        f"{what}_agreement": f"{getattr(row, f'{what}_difference'):+.2f} %"
        for what in ("params", "macs")
        if getattr(row, f"{what}_agreement") == DIFFERS
    }
    return row._asdict() | told


def show_counts(config: Config) -> None:
    """The chosen network as other tools count it."""
    traced = trace_config(config)
    st.markdown(_("Multiply-adds of {title}").format(title=config.title))
    columns = {
        "tool": grid.text(_("Counting tool"), width=190),
        "weights": grid.count(_("Weights")),
        "normalisation": grid.count(_("+ batch norm")),
        "biases": grid.count(_("+ biases")),
        "pooling": grid.count(_("+ pooling")),
        "activations": grid.count(_("+ activations")),
        "additions": grid.count(_("+ linear additions")),
        "total": grid.count(_("Total")),
    }
    rows = [row._asdict() | {"total": row.total} for row in counting_rows(traced)]
    grid.show(rows, columns)
    st.caption(
        _(
            "For torchvision's class where there is one. torchinfo counts each batch-norm "
            "parameter once, fvcore two operations per normalised value. ptflops counts ReLU and "
            "pooling twice, as module and as function. thop differs by version."
        )
    )
    _show_parameters(traced)


def _show_parameters(traced: Trace) -> None:
    st.markdown(_("Parameters of {title}").format(title=traced.config.title))
    counts = [{"as": name, "count": count} for name, count in parameter_counts(traced).items()]
    grid.show(counts, {"as": _("Convention"), "count": grid.count(_("Parameters"))})
    st.caption(
        _(
            "With statistics: batch norm's running mean and variance too, as in Keras's total. "
            "slim's: weights, three batch-norm vectors and biases, for 1001 classes."
        )
    )
