"""One registry of everything that can leave the Atlas: what, in which format, and how it is made.

The page, the addresses, the command line and the tests all read it. Modules that make bytes are
imported when bytes are wanted, never on the way to a page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from viz.exports.order import Order, order_of


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its name on buttons, suffix, media type, and how its bytes are made."""

    label: str
    suffix: str
    mime: str
    make: Callable[[Order], bytes]


def _later(module: str, name: str) -> Callable[[Order], bytes]:
    """A maker that imports its module when it is called."""

    def make(order: Order) -> bytes:
        made: bytes = getattr(import_module(f"viz.exports.{module}"), name)(order)
        return made

    return make


def _built(kind: str) -> Callable[[Order], bytes]:
    """A maker that loads torch when it is called."""

    def make(order: Order) -> bytes:
        from viz.pytorch.files import FILES

        return FILES[kind](order.traced)

    return make


_POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT = "text/plain; charset=utf-8"

EXPORTS: dict[str, dict[str, Export]] = {
    "diagram": {
        "svg": Export("SVG", "svg", "image/svg+xml", _later("pictures", "as_svg")),
        "png": Export("PNG", "png", "image/png", _later("pictures", "as_png")),
        "pdf": Export("PDF", "pdf", "application/pdf", _later("pictures", "as_pdf")),
        "pptx": Export("PowerPoint", "pptx", _POWERPOINT, _later("pictures", "as_pptx")),
        "dot": Export("DOT", "gv", "text/vnd.graphviz", _later("pictures", "as_dot")),
        "mermaid": Export("Mermaid", "mmd", _TEXT, _later("pictures", "as_mermaid")),
        "sequence": Export(
            "Mermaid sequence", "sequence.mmd", _TEXT, _later("pictures", "as_sequence")
        ),
    },
    "table": {
        "csv": Export("CSV", "csv", "text/csv; charset=utf-8", _later("tables", "as_csv")),
        "json": Export("JSON", "json", "application/json", _later("tables", "as_json")),
        "md": Export(
            "Markdown", "md", "text/markdown; charset=utf-8", _later("tables", "as_markdown")
        ),
        "tex": Export("LaTeX", "tex", _TEXT, _later("tables", "as_latex")),
        "html": Export("HTML", "html", "text/html; charset=utf-8", _later("tables", "as_html")),
        "xlsx": Export("Excel", "xlsx", _EXCEL, _later("tables", "as_xlsx")),
        "pptx": Export("PowerPoint", "pptx", _POWERPOINT, _later("tables", "as_pptx")),
    },
    "chart": {
        "svg": Export("SVG", "svg", "image/svg+xml", _later("charts", "as_svg")),
        "png": Export("PNG", "png", "image/png", _later("charts", "as_png")),
        "csv": Export("CSV", "csv", "text/csv; charset=utf-8", _later("charts", "as_csv")),
        "pptx": Export("PowerPoint", "pptx", _POWERPOINT, _later("charts", "as_pptx")),
    },
    "model": {
        "onnx": Export("ONNX", "onnx", "application/octet-stream", _built("onnx")),
        "safetensors": Export(
            "safetensors", "safetensors", "application/octet-stream", _built("safetensors")
        ),
        "json": Export("Specification", "json", "application/json", _later("spec", "as_json")),
        "py": Export("Python", "py", "text/x-python; charset=utf-8", _later("source", "as_python")),
    },
}
NEEDS_TORCH = frozenset({"onnx", "safetensors"})


def file_name(order: Order, what: str, kind: str) -> str:
    """What a file of this export is called."""
    middle = "" if what == "diagram" else f"-{what}"
    return f"{order.name}{middle}.{EXPORTS[what][kind].suffix}"


__all__ = ["EXPORTS", "NEEDS_TORCH", "Export", "Order", "file_name", "order_of"]
