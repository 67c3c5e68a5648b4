"""Contents of the home page: networks, and published figures as chart and table."""

from dataclasses import replace

import streamlit as st

from viz.drawing.diagrams import draw_ideas
from viz.facts.checks import claimed_config
from viz.net.config import Config, configure
from viz.net.zoo import ZOO, Claim
from viz.ui import controls, grid, picture, shared_cache
from viz.ui.controls import Controls
from viz.ui.parts import headline
from viz.ui.translate import _

# members of one line of the family, by how their keys start
LINES = {
    "v4-": "MobileNetV4",
    "edgetpu": "EdgeTPU",
    "mnasnet": "MnasNet",
    "efficientnet": "EfficientNet",
}


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page: none."""
    return {}


def of_group(group: str) -> list[str]:
    """The networks of one group, in order."""
    return [key for key, network in ZOO.items() if network.group == group]


CARDS = [*of_group("papers"), "v4-conv-small"]


def open_label(key: str) -> str:
    """Label of a card's link."""
    return _("Open {name}").format(name=ZOO[key].short_name)


def more_networks() -> dict[str, str]:
    """Groups of networks without a card, by what they are called."""
    return {
        "later": _("After V3"),
        "relatives": _("Related networks"),
        "posts": _("Code from blog posts"),
    }


def show_more() -> None:
    """The networks without a card, each with what is new in it."""
    for group, label in more_networks().items():
        with st.expander(label):
            for key in of_group(group):
                if key not in CARDS:
                    _link_to(key)


def _link_to(key: str) -> None:
    link, summary = st.columns([1, 3], vertical_alignment="center")
    with link:
        st.page_link("architecture.py", label=ZOO[key].name, query_params={"network": key})
    summary.caption(ZOO[key].summary)


def published_accuracy(key: str) -> str:
    """The paper's top-1 accuracy at width 1 and the network's own resolution."""
    for claim in headline.matching_claims(configure(key)):
        if claim.top1 is not None:
            return _("**{value:.1f} %** top-1, {table}").format(value=claim.top1, table=claim.table)
    return _("no accuracy published")


def published(key: str) -> list[Claim]:
    """Claims that print both accuracy and MACs, each configuration of a source once.

    Where MACs are printed in billions or binary ones, those computed stand in their place.
    """
    once: dict[tuple[object, ...], Claim] = {}
    for claim in ZOO[key].claims:
        if claim.top1 is not None and claim.macs is not None and "early" not in claim.source:
            same = (claim.width, claim.resolution, claim.options, claim.source, claim.top1)
            once.setdefault(same, _placed(key, claim))
    return list(once.values())


def _placed(key: str, claim: Claim) -> Claim:
    if claim.unit == "M":
        return claim
    return replace(claim, macs=shared_cache.trace(claimed_config(key, claim)).macs / 1e6)


def show_ideas() -> None:
    """The family tree."""
    picture.show(
        draw_ideas(picture.look(source=_("papers of these networks, listed in the Atlas"))),
        key="ideas-picture",
        label=_("Which network introduced what"),
        name="ideas",
    )


def accuracy_points() -> dict[str, list[Claim]]:
    """Published figures by line of the family, those of a kind together."""
    found: dict[str, list[Claim]] = {}
    for key, network in ZOO.items():
        line = next((name for start, name in LINES.items() if key.startswith(start)), network.name)
        points = [claim for claim in published(key) if claim.usable and not claim.options]
        if points:
            found.setdefault(line, []).extend(points)
    return found


def show_accuracy() -> None:
    """Published accuracy against published MACs of every network."""
    from viz.charts.network import accuracy_chart

    plain = accuracy_points()
    controls.heading(_("Published accuracy against MACs"))
    picture.chart(
        accuracy_chart(plain, picture.mode()),
        key="accuracy",
        title=_("Published ImageNet accuracy against MACs"),
        source=_("papers and libraries, listed in the Atlas"),
    )


def show_family() -> None:
    """Parameters and MACs from V1 to V3."""
    from viz.charts.lessons import family_chart
    from viz.facts.sweep import family_rows

    controls.heading(_("Fewer MACs each time, not fewer parameters"))
    picture.chart(family_chart(family_rows(), picture.mode()), key="family", name="family")


def show_published() -> None:
    """The same points as a table."""
    columns = {
        "network": _("Network"),
        "width": _("Width"),
        "resolution": _("Resolution"),
        "options": _("Options"),
        "top1": _("Top-1 (%)"),
        "macs": _("MACs (M)"),
        "params": _("Parameters (M)"),
        "source": _("Source"),
        "table": _("Table"),
        "note": _("Note"),
    }
    rows = [
        {"network": ZOO[key].name, **{n: getattr(claim, n) for n in columns if n != "network"}}
        for key in ZOO
        for claim in published(key)
    ]
    grid.show([row | {"options": ", ".join(row["options"])} for row in rows], columns)
