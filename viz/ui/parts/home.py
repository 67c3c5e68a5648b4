"""Contents of the home page: networks, and published figures as chart and table."""

from dataclasses import replace

import streamlit as st

from viz.drawing.diagrams import draw_ideas
from viz.drawing.ideas import network_at
from viz.facts.checks import claimed_config
from viz.net.config import Config, configure
from viz.net.trace import trace_config
from viz.net.zoo import ZOO, Claim
from viz.ui import controls, grid, picture, story
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


CHOSEN = "home:chosen"  # a network that was clicked
CARDS = [*of_group("papers"), "v4-conv-small"]


def open_label(key: str) -> str:
    """Label of a card's link."""
    return _("Open {name}").format(name=ZOO[key].short_name)


def show_door() -> None:
    """What this is, and where to begin."""
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.markdown(
        _(
            "Every layer, parameter and multiply-add of MobileNet V1 to V4, drawn and computed. "
            "New to it? Start tells the story in an hour."
        )
    )
    with button:
        story.start_button()


def show_networks() -> None:
    """Every network with its numbers; a row that is picked opens it."""
    columns = {
        "name": grid.text(_("Network"), width=190),
        "year": grid.number(_("Year"), format="%d", width=60),
        "params": grid.number(_("Parameters (M)"), format="%.2f", width=110),
        "macs": grid.number(_("MACs (M)"), format="%.0f", width=90),
        "top1": grid.number(_("Top-1 (%)"), format="%.1f", width=90),
        "summary": grid.text(_("What is new in it")),
    }
    keys = list(ZOO)
    grid.show(
        list(map(_row, keys)),
        columns,
        height=390,
        key="networks",
        on_pick=lambda index: _choose(keys[index]),
    )


def _row(key: str) -> dict[str, object]:
    network, traced = ZOO[key], trace_config(configure(key))
    return {
        "name": network.name,
        "year": network.year,
        "params": traced.params / 1e6,
        "macs": traced.macs / 1e6,
        "top1": published_top1(key),
        "summary": network.summary,
    }


def _choose(key: str) -> None:
    st.session_state[CHOSEN] = key


def follow_choice() -> None:
    """Open the network that was clicked or picked in the last run."""
    key = st.session_state.pop(CHOSEN, None)
    if key is not None:
        st.switch_page("architecture.py", query_params={"network": key})


def published_accuracy(key: str) -> str:
    """The paper's top-1 accuracy at width 1 and the network's own resolution."""
    claim = _claim(key)
    if claim is None:
        return _("no accuracy published")
    return _("**{value:.1f} %** top-1, {table}").format(value=claim.top1, table=claim.table)


def published_top1(key: str) -> float | None:
    """That accuracy alone, in percent."""
    claim = _claim(key)
    return None if claim is None else claim.top1


def _claim(key: str) -> Claim | None:
    claims = headline.matching_claims(configure(key))
    return next((claim for claim in claims if claim.top1 is not None), None)


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
    return replace(claim, macs=trace_config(claimed_config(key, claim)).macs / 1e6)


def show_ideas() -> None:
    """The family tree."""
    picture.show(
        draw_ideas(picture.look(source=_("papers of these networks, listed in the Atlas"))),
        key="ideas-picture",
        label=_("Which network introduced what"),
        on_pick=lambda station: _choose(network_at(station)),
        hint=_("Click a network to open it."),
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
