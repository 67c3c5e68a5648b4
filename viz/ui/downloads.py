"""A button under a picture or chart that opens its files, and its URL; bytes on a click."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import streamlit as st

from viz.charts.chart import Chart
from viz.drawing.diagrams import Diagram
from viz.exports import EXPORTS
from viz.theme import Mode
from viz.ui.translate import _


def of_picture(diagram: Diagram, name: str, address: str = "") -> None:
    """SVG, PNG, PDF, PowerPoint and DOT of a picture."""
    from viz.exports.figures import MAKERS, Figure

    files = {kind: _bound(make, Figure(diagram, name)) for kind, make in MAKERS.items()}
    _offer(files, name, address)


class Caption(NamedTuple):
    """What a file of a chart says of itself."""

    title: str
    source: str


def of_chart(chart: Chart, name: str, caption: Caption, address: str = "") -> None:
    """SVG, PNG and CSV of a chart, and PowerPoint where it has such a chart."""

    def drawn(kind: str) -> bytes:
        from viz.charts.matplotlib import drawn as draw  # brings matplotlib

        return draw(chart, kind, scale=2, title=caption.title, source=caption.source)

    def native() -> bytes:
        from viz.exports.office_charts import pptx_of

        return pptx_of(chart)

    def data() -> bytes:
        from viz.exports.office_charts import csv_of

        return csv_of(chart)

    files: dict[str, Callable[[], bytes]] = {
        "svg": lambda: drawn("svg"),
        "png": lambda: drawn("png"),
        "csv": data,
    }
    if chart.is_native:
        files["pptx"] = native
    _offer(files, name, address)


def _bound(make: Callable[[Any], bytes], figure: Any) -> Callable[[], bytes]:
    return lambda: make(figure)


def _offer(files: Mapping[str, Callable[[], bytes]], name: str, address: str = "") -> None:
    known = {**EXPORTS["table"], **EXPORTS["diagram"]}
    with st.popover(_("Download"), icon=":material/download:", type="tertiary"):
        with st.container(horizontal=True):
            for kind, make in files.items():
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
    """Scheme, host and port of this server as the reader's browser has them."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""


def address_of(name: str, said: Mapping[str, str], mode: Mode) -> str:
    """The address of a figure, with what was chosen, on this server."""
    texts = {**said, **({"theme": "dark"} if mode == "dark" else {})}
    return f"{origin()}/figure/{name}.svg" + (f"?{urlencode(texts)}" if texts else "")
