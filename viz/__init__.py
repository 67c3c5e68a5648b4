"""MobileNet Atlas: the MobileNet family as data, numbers, pictures and torch modules.

Importing this package needs neither torch nor Streamlit; ``build`` imports torch when it is called.
"""

from typing import TYPE_CHECKING

from viz.drawing.diagrams import Diagram, diagram
from viz.net.config import Config, configure
from viz.net.design import design
from viz.net.fields import ConfigError
from viz.net.trace import Trace, trace
from viz.net.zoo import ZOO, Network
from viz.reading.answer import Identification
from viz.reading.tensors import ReadError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from torch import nn

    from viz.reading.pasted import ErrorAnswer

__all__ = [
    "ZOO",
    "Config",
    "ConfigError",
    "Diagram",
    "Identification",
    "ReadError",
    "Trace",
    "build",
    "configure",
    "design",
    "diagram",
    "identify",
    "identify_error",
    "load",
    "trace",
]


def build(variant: "str | Network", **chosen: object) -> "nn.Module":
    """Build the torch module of one network; arguments and errors as for ``trace``."""
    from viz.pytorch import modules

    return modules.build(variant, **chosen)


def identify(source: "str | Path | Mapping[str, Any]") -> Identification:
    """Say which network a weights file, or a state_dict, is.

    Files are PyTorch checkpoints, safetensors, ONNX, Keras (.h5, .weights.h5, .keras) or TFLite;
    they are read in a process of their own, and nothing in them is run. Raises ``ReadError`` for
    what cannot be read.
    """
    from viz.reading import identify as identification

    return identification.identify(source)


def identify_error(text: str) -> "ErrorAnswer":
    """Say which networks the two sides of a pasted load_state_dict error are, and what to change.

    Raises ``ReadError`` where the text holds no such error.
    """
    from viz.reading import pasted

    return pasted.identify_error(text)


def load(
    module: "nn.Module", source: "str | Path | Mapping[str, Any]", *, strict: bool = True
) -> "nn.Module":
    """Carry the weights of a file or a state_dict of any implementation into a torch module.

    See ``viz.pytorch.loading``. Raises ``ReadError``.
    """
    from viz.pytorch import loading

    return loading.load(module, source, strict=strict)
