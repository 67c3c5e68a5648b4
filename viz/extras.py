"""Which extra of the package brings a library, and the sentence for an import that lacks it.

``pip install mobilenet-atlas`` brings what traces and diagrams need; all else are extras of
``pyproject.toml``, whose tables a test compares with this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import NamedTuple

PACKAGE = "mobilenet-atlas"


class Library(NamedTuple):
    """A package on PyPI, and the extras that ask for it, the one that is for it alone first."""

    package: str
    extras: tuple[str, ...]


# By the name under which Python imports it.
LIBRARIES = {
    "streamlit": Library("streamlit", ("app",)),
    "plotly": Library("plotly", ("app",)),
    "orjson": Library("orjson", ("app",)),
    "pandas": Library("pandas", ("app",)),
    "cachetools": Library("cachetools", ("app",)),
    "segno": Library("segno", ("app",)),
    "prometheus_client": Library("prometheus-client", ("app",)),
    "torch": Library("torch", ("torch",)),
    "torchvision": Library("torchvision", ("torch",)),
    "torchinfo": Library("torchinfo", ("torch",)),
    "tqdm": Library("tqdm", ("torch",)),
    "PIL": Library("pillow", ("torch", "app")),
    "h5py": Library("h5py", ("files",)),
    "tflite": Library("tflite", ("files",)),
    "pyseccomp": Library("pyseccomp", ("files",)),
    "safetensors": Library("safetensors", ("files", "torch")),
    "onnx": Library("onnx", ("files", "export")),
    "matplotlib": Library("matplotlib", ("export",)),
    "pptx": Library("python-pptx", ("export",)),
    "lxml": Library("python-pptx", ("export",)),  # which brings it
    "pypdf": Library("pypdf", ("export",)),
    "typst": Library("typst", ("export",)),
    "xlsxwriter": Library("XlsxWriter", ("export",)),
    "onnxruntime": Library("onnxruntime", ("quantise",)),
    "numpy": Library("numpy", ("export", "files", "torch")),
}


class MissingExtra(ModuleNotFoundError):
    """A library that is not installed; the message says which extra brings it."""


def advice(library: str, extra: str = "") -> str:
    """What lacks, and how it is installed; ``extra`` is preferred where it has the library."""
    package, extras = LIBRARIES[library]
    chosen = extra if extra in extras else extras[0]
    return f"needs {package}: pip install '{PACKAGE}[{chosen}]'"


@contextmanager
def needed_by(what: str, extra: str = "") -> Iterator[None]:
    """Turn an import that fails in here into ``MissingExtra`` about ``what``."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in LIBRARIES:
            raise
        raise _missing(what, library, extra) from None


def require(what: str, library: str) -> None:
    """Raise ``MissingExtra`` about ``what`` where the library is not installed; imports nothing."""
    if find_spec(library) is None:
        raise _missing(what, library)


def _missing(what: str, library: str, extra: str = "") -> MissingExtra:
    return MissingExtra(f"{what} {advice(library, extra)}.", name=library)
