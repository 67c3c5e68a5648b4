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

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "ZOO",
    "Config",
    "ConfigError",
    "Diagram",
    "Trace",
    "build",
    "configure",
    "design",
    "diagram",
    "trace",
]


def build(variant: "str | Network", **chosen: object) -> "nn.Module":
    """Build the torch module of one network; arguments and errors as for ``trace``."""
    from viz.pytorch import modules

    return modules.build(variant, **chosen)
