"""MobileNet Atlas: the MobileNet family as data, numbers, pictures and torch modules.

Importing this package needs neither torch nor Streamlit.
"""

from viz.config import Config, ConfigError, configure
from viz.trace import Trace, trace
from viz.zoo import ZOO

__all__ = ["ZOO", "Config", "ConfigError", "Trace", "configure", "trace"]
