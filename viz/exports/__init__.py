"""Registry of exports: kinds, formats and makers.

The page, the addresses, the command line and the tests all read it. Modules that make bytes are
imported when bytes are wanted, never on the way to a page.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module

from viz.exports.request import TITLES, Request, request_of
from viz.net.config import Config
from viz.net.fields import ConfigError, one_of


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its name on buttons, suffix, media type, and how its bytes are made."""

    label: str
    suffix: str
    mime: str
    make: Callable[[Request], bytes]


def _later(module: str, name: str) -> Callable[[Request], bytes]:
    """A maker that imports its module when it is called."""

    def make(request: Request) -> bytes:
        made: bytes = getattr(import_module(f"viz.exports.{module}"), name)(request)
        return made

    return make


def _built(kind: str) -> Callable[[Request], bytes]:
    """A maker that loads torch when it is called."""

    def make(request: Request) -> bytes:
        from viz.pytorch.files import FILES

        return FILES[kind](request.traced)

    return _buildable(make)


def _of_rows(module: str, name: str) -> Callable[[Request], bytes]:
    return _buildable(_later(module, name))


def _buildable(maker: Callable[[Request], bytes]) -> Callable[[Request], bytes]:
    """A maker that needs rows, which a network that was read has not."""

    def make(request: Request) -> bytes:
        network = request.config.network
        if network.unrolled:
            allowed = f"diagram, table or chart: {network.name} was read from its own model"
            raise ConfigError("what", "model", allowed)
        return maker(request)

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
        "tikz": Export("TikZ", "tikz", _TEXT, _later("pictures", "as_tikz")),
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
        "pdf": Export("PDF", "pdf", "application/pdf", _later("charts", "as_pdf")),
        "csv": Export("CSV", "csv", "text/csv; charset=utf-8", _later("charts", "as_csv")),
        "pptx": Export("PowerPoint", "pptx", _POWERPOINT, _later("charts", "as_pptx")),
    },
    "model": {
        "onnx": Export("ONNX", "onnx", "application/octet-stream", _built("onnx")),
        "safetensors": Export(
            "safetensors", "safetensors", "application/octet-stream", _built("safetensors")
        ),
        "json": Export("Specification", "json", "application/json", _of_rows("spec", "as_json")),
        "design": Export(
            "Design", "design.json", "application/json", _of_rows("designs", "as_json")
        ),
        "py": Export(
            "Python", "py", "text/x-python; charset=utf-8", _of_rows("source", "as_python")
        ),
    },
}
# What people and other tools call these formats; both words work everywhere.
ALIASES = {"markdown": "md", "latex": "tex", "python": "py", "powerpoint": "pptx", "gv": "dot"}
NEEDS_TORCH = frozenset({"onnx", "safetensors"})


def offered(config: Config) -> dict[str, dict[str, Export]]:
    """Exports of a network; one that was read has no model export."""
    return {what: kinds for what, kinds in EXPORTS.items() if what != "model" or not config.is_read}


def format_of(what: str, name: str, field: str = "format") -> str:
    """The format that ``name`` means for this export. Raises ``ConfigError``."""
    formats = EXPORTS[what]
    word = name.strip().lower()
    kind = word if word in formats else ALIASES.get(word, word)
    if kind not in formats:
        raise ConfigError(field, name, one_of(list(formats)))
    return kind


def file_name(request: Request, what: str, kind: str) -> str:
    """File name of this export."""
    middles = {"diagram": "", "table": f"-{TITLES[request.rows]}", "chart": f"-{request.chart}"}
    if what in ("table", "model"):  # how a picture looks says nothing of them
        request = replace(request, theme="light", background=True, scale=None)
        request = replace(request, width_mm=None, dpi=None)
    return f"{request.name}{middles.get(what, f'-{what}')}.{EXPORTS[what][kind].suffix}"


__all__ = [
    "EXPORTS",
    "NEEDS_TORCH",
    "Export",
    "Request",
    "file_name",
    "format_of",
    "offered",
    "request_of",
]
