"""Headline figures of a network, with the paper's beside them, and rows made ready for tables."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from viz.facts.tables import uncounted_notes
from viz.net.config import Config
from viz.net.cost import attention_macs
from viz.net.notes import notes_of
from viz.net.trace import Trace, trace_config
from viz.net.zoo import Claim
from viz.text import short_bytes, short_count
from viz.ui.translate import _


def show(traced: Trace) -> None:
    """Parameters, MACs, activation memory, depth and receptive field in one row."""
    claims = matching_claims(traced.config)
    row = st.container(horizontal=True)
    row.metric(
        _("Parameters"),
        short_count(traced.params),
        help=_("Trainable: {count:,}. Batch-norm statistics are not counted.").format(
            count=traced.params
        ),
    )
    row.metric(
        _("MACs"),
        short_count(traced.macs),
        help=_(
            "Multiply-adds of convolution and linear weights{attention}, as in the papers: "
            "{count:,}."
        ).format(
            count=traced.macs,
            attention=_(" and of attention's products") * (attention_macs(traced.operations) > 0),
        ),
    )
    row.metric(
        _("Activation memory"),
        short_bytes(traced.activation_bytes),
        help=_("Outputs of all operations, float32, batch 1: {count:,} bytes.").format(
            count=traced.activation_bytes
        ),
    )
    row.metric(
        _("Depth"),
        str(traced.depth),
        help=_("Convolutions and linear layers from image to logits; SE is not counted."),
    )
    row.metric(
        _("Receptive field"),
        f"{traced.receptive_field} px",
        help=_("Of one position in the last map before pooling; SE is ignored."),
    )
    notes = [*rule_notes(traced), *silence_notes(traced.config, claims)]
    notes += [*notes_of(traced.config), *uncounted_notes(traced)]
    for line in [*map(claim_text, claims), *notes]:
        st.caption(line)


def source_of(config: Config) -> str:
    """Paper and table of a network."""
    return f"{config.network.paper}, {config.network.table}"


def matching_claims(config: Config) -> list[Claim]:
    """Claims of the network's own paper for this configuration, without duplicates."""
    if not config.is_as_printed:
        return []
    found = [
        claim
        for claim in config.network.claims
        if (claim.width, claim.resolution) == (config.width, config.resolution)
        and claim.options == config.options
        and claim.depth == config.depth
        and _is_own(claim, config.network.paper)
    ]
    distinct = {(claim.params, claim.macs, claim.top1): claim for claim in reversed(found)}
    return list(reversed(distinct.values()))


def _is_own(claim: Claim, paper: str) -> bool:
    """Whether a claim is the network's paper's, or its authors' code's where there is none."""
    number = paper.partition(":")[2]
    if number:
        return claim.source.endswith(f"arXiv:{number}")
    return claim.source.startswith(paper.partition("/")[0])


def rule_notes(traced: Trace) -> list[str]:
    """Note with the paper's figures, if its width rule gives other ones."""
    config = traced.config
    if config.own:
        return []
    rule = config.network.claim_rule
    theirs = trace_config(replace(config, width_rule=rule))
    if (theirs.params, theirs.macs) == (traced.params, traced.macs):
        return []
    text = _(
        "The paper uses {library}'s width rule, which gives {params:,} parameters and "
        "{macs:,} MACs. Shown here: {ours}'s rule."
    )
    names = {"library": config.network.rule(rule).library, "ours": config.rule.library}
    return [text.format(params=theirs.params, macs=theirs.macs, **names)]


def silence_notes(config: Config, claims: Sequence[Claim]) -> list[str]:
    """Note that this configuration has no published figures, if the network has any."""
    if claims or config.own or not config.network.claims or not config.is_as_printed:
        return []
    return [_("No published figures for this width, resolution and options.")]


def claim_text(claim: Claim) -> str:
    """A claim in one line, with its source."""
    parts = [_("{count:g} M parameters").format(count=claim.params)] if claim.params else []
    parts += [_macs_text(claim.macs)] if claim.macs else []
    parts += [_("{value:g} % top-1").format(value=claim.top1)] if claim.top1 else []
    source = _("Paper") if "arXiv:" in claim.source else claim.source
    text = f"{source} ({claim.table}): {', '.join(parts)}."
    return f"{text} {claim.note}".strip()


def _macs_text(millions: float) -> str:
    if millions >= 1000:
        return _("{count:g} G MACs").format(count=millions / 1000)
    return _("{count:g} M MACs").format(count=millions)
