"""Parts of the page that checks printed figures."""

import streamlit as st

from viz.facts.checks import DIFFERS, claim_rows, counting_rows, parameter_counts
from viz.net.config import Config
from viz.net.trace import trace_config
from viz.ui.translate import _


def show_claims(networks: list[str]) -> None:
    """Every claim of the chosen networks, with how it agrees and why not."""
    picked, toggle = st.columns([3, 1], vertical_alignment="bottom")
    chosen = picked.multiselect(
        _("Networks"), networks, default=networks, key="checked", bind="query-params"
    )
    only = toggle.toggle(_("Only what differs"), key="only_differing", bind="query-params")
    every = claim_rows(chosen)
    rows = [
        row
        for row in every
        if not only or DIFFERS in (row["params_agreement"], row["macs_agreement"])
    ]
    if not rows:
        st.info(_("Nothing to show: choose a network."))
        return
    million = st.column_config.NumberColumn
    st.dataframe(
        rows,
        hide_index=True,
        height=430,
        column_config={
            "network": st.column_config.TextColumn(_("Network"), pinned=True),
            "width": million(_("Width"), format="%.2f"),
            "resolution": _("Resolution"),
            "options": _("Options"),
            "source": _("Source"),
            "table": _("Table"),
            "params_printed": million(_("Params printed (M)")),
            "params_computed": million(_("Params computed (M)"), format="%.3f"),
            "params_difference": million(_("Params difference (%)"), format="%+.2f"),
            "params_agreement": _("Params agreement"),
            "macs_printed": million(_("MACs printed (M)")),
            "macs_computed": million(_("MACs computed (M)"), format="%.2f"),
            "macs_difference": million(_("MACs difference (%)"), format="%+.2f"),
            "macs_agreement": _("MACs agreement"),
            "reason": st.column_config.TextColumn(_("Remark"), width="large"),
        },
        column_order=[
            "network",
            "width",
            "resolution",
            "params_printed",
            "params_computed",
            "params_agreement",
            "macs_printed",
            "macs_computed",
            "macs_agreement",
            "table",
            "source",
            "params_difference",
            "macs_difference",
            "options",
            "reason",
        ],
    )
    differing = [
        row for row in every if DIFFERS in (row["params_agreement"], row["macs_agreement"])
    ]
    st.caption(
        _(
            "{agreeing} of {all} printed rows come out to the printed digits, by rounding, cutting "
            "off or rounding up. Each row is computed under the width rule of its source."
        ).format(agreeing=len(every) - len(differing), all=len(every))
    )


def show_counts(config: Config) -> None:
    """The chosen network as other tools count it."""
    traced = trace_config(config)
    number = st.column_config.NumberColumn
    st.markdown(_("Multiply-adds of {title}").format(title=config.title))
    st.dataframe(
        counting_rows(traced),
        hide_index=True,
        column_config={
            "tool": _("Counted as by"),
            "weights": number(_("Weights"), format="localized"),
            "normalisation": number(_("+ batch norm"), format="localized"),
            "biases": number(_("+ biases"), format="localized"),
            "pooling": number(_("+ pooling"), format="localized"),
            "activations": number(_("+ activations"), format="localized"),
            "total": number(_("Total"), format="localized"),
        },
    )
    st.caption(
        _(
            "torchinfo counts each batch-norm parameter once; fvcore counts two operations for "
            "every normalised value, and every value that is pooled. ptflops adds biases and "
            "activations, and counts ReLU and pooling twice, since it sees both the module and the "
            "function inside. (torchvision's V2 pools by a function alone: counted once.)"
        )
    )
    st.markdown(_("Parameters of {title}").format(title=config.title))
    st.dataframe(
        [{"as": name, "count": count} for name, count in parameter_counts(traced).items()],
        hide_index=True,
        column_config={
            "as": _("Counted as"),
            "count": number(_("Parameters"), format="localized"),
        },
    )
    st.caption(
        _(
            "With statistics: batch norm's running mean and variance too, as in Keras's total. "
            "slim's: weights, three batch-norm vectors and biases, for 1001 classes."
        )
    )
