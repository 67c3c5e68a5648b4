"""What the home page says of each network, and the published figures as chart and table."""

from collections.abc import Sequence

import plotly.graph_objects as go

from viz.charts import lessons as lesson_charts
from viz.charts import network as charts
from viz.facts.sweep import family_rows
from viz.facts.tables import Record
from viz.net.config import configure
from viz.net.zoo import ZOO, Claim
from viz.ui import picture
from viz.ui.parts import headline
from viz.ui.translate import _


def of_group(group: str) -> list[str]:
    """The networks of one group, in order."""
    return [key for key, network in ZOO.items() if network.group == group]


def name_of(key: str) -> str:
    """Name of a network."""
    return ZOO[key].name


def summary_of(key: str) -> str:
    """What is special about a network, in a sentence."""
    return ZOO[key].summary


def open_label(key: str) -> str:
    """What the link of a card says."""
    return _("Open {name}").format(name=ZOO[key].name)


def published_accuracy(key: str) -> str:
    """The paper's top-1 accuracy at width 1 and 224 pixels."""
    for claim in headline.matching_claims(configure(key)):
        if claim.top1 is not None:
            return _("**{value:.1f} %** top-1, {table}").format(value=claim.top1, table=claim.table)
    return _("no accuracy published")


def published(key: str) -> list[Claim]:
    """Claims that print both accuracy and MACs, each configuration of a source once."""
    kept: dict[tuple[object, ...], Claim] = {}
    for claim in ZOO[key].claims:
        if claim.top1 is not None and claim.macs is not None and "early" not in claim.source:
            same = (claim.width, claim.resolution, claim.options, claim.source, claim.top1)
            kept.setdefault(same, claim)
    return list(kept.values())


def accuracy_chart() -> go.Figure:
    """Published accuracy against published MACs of every network."""
    plain: dict[str, Sequence[Claim]] = {
        key: [claim for claim in published(key) if claim.usable and not claim.options]
        for key in of_group("papers")
    }
    return charts.accuracy_chart(plain, picture.mode())


def family_chart() -> go.Figure:
    """Parameters and MACs from V1 to V3."""
    return lesson_charts.family_chart(family_rows(), picture.mode())


def published_rows() -> list[Record]:
    """The same points as a table."""
    return [
        {
            _("Network"): ZOO[key].name,
            _("Width"): claim.width,
            _("Resolution"): claim.resolution,
            _("Options"): ", ".join(claim.options),
            _("Top-1 (%)"): claim.top1,
            _("MACs (M)"): claim.macs,
            _("Parameters (M)"): claim.params,
            _("Source"): claim.source,
            _("Table"): claim.table,
            _("Note"): claim.note,
        }
        for key in ZOO
        for claim in published(key)
    ]
