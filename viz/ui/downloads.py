"""Download button of a picture or chart, with its URL; files are made on a click."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from viz.charts.chart import Chart
from viz.drawing.diagrams import Diagram
from viz.exports import EXPORTS, Request, file_name
from viz.theme import Mode
from viz.ui import uploaded
from viz.ui.private import Page
from viz.ui.translate import _

Files = Mapping[str, Callable[[], bytes]]


class Caption(NamedTuple):
    """Title, source and description of a chart's file."""

    title: str
    source: str


def of_picture(diagram: Diagram, name: str, address: str = "") -> None:
    """SVG, PNG, PDF, PowerPoint, DOT and TikZ of a picture, on the ground of its theme."""

    def files() -> Files:
        from viz.exports.figures import MAKERS, Figure

        figure = Figure(Diagram(diagram.scene.filled()), name)
        return {kind: partial(make, figure) for kind, make in MAKERS.items()}

    _offer(files, name, address)


def of_chart(chart: Chart, name: str, caption: Caption, address: str = "", label: str = "") -> None:
    """SVG, PNG, PDF, CSV and PowerPoint of a chart."""

    def files() -> Files:
        from viz.charts.matplotlib import drawn  # brings matplotlib
        from viz.exports.office_charts import csv_of, pptx_of

        fields = caption._asdict()
        return {
            "svg": partial(drawn, chart, "svg", **fields),
            "png": partial(drawn, chart, "png", scale=2, **fields),
            "pdf": partial(drawn, chart, "pdf", **fields),
            "csv": partial(csv_of, chart),
            "pptx": partial(pptx_of, chart, **fields),
        }

    _offer(files, name, address, label)


def of_table(request: Request, address: str = "") -> None:
    """The formats of a table of a network."""
    exports = EXPORTS["table"]
    name = file_name(request, "table", "csv").removesuffix(".csv")
    _offer(lambda: {kind: partial(exports[kind].make, request) for kind in exports}, name, address)


def _offer(files: Callable[[], Files], name: str, address: str = "", label: str = "") -> None:
    """A popover whose content is made when it is opened.

    No fragment of its own: that would cost every change of width a tenth of its answer.
    """
    known = {**EXPORTS["table"], **EXPORTS["diagram"]}
    menu = st.popover(
        label or _("Download"),
        icon=":material/download:",
        type="tertiary",
        key=f"offer-{name}",
        on_change="rerun",
    )
    if not menu.open:
        return
    with menu:
        with st.container(horizontal=True):
            for kind, make in files().items():
                st.download_button(
                    known[kind].label,
                    make,
                    f"{name}.{known[kind].suffix}",
                    known[kind].mime,
                    key=f"take-{name}-{kind}",
                    on_click="ignore",
                )
        if address:
            st.code(address, language=None)


def origin() -> str:
    """Where this app is served, as the reader's browser has it: without the page's own path."""
    page: Page = st.session_state["page"]
    here = (st.context.url or "").rstrip("/")
    return here.removesuffix(f"/{page.url_path}") if page.url_path else here


def address_of(name: str, params: Mapping[str, str], mode: Mode) -> str:
    """The address of a figure, with what was chosen, on this server; none for a file's network."""
    if uploaded.is_meant(name, dict(params)):
        return ""
    texts = {**params, **({"theme": "dark"} if mode == "dark" else {})}
    return f"{origin()}/figure/{name}.svg" + (f"?{urlencode(texts)}" if texts else "")
