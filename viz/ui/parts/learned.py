"""The weights that come with the Atlas: what pages that run networks begin with."""

from viz.lab.choice import choice_of, config_for, shipped
from viz.net.config import Config, configure
from viz.ui import query


def has_learned(config: Config) -> bool:
    """Whether a page opens on learned weights: a network that has them, or none chosen yet."""
    return config.variant in shipped() or config == configure(query.DEFAULT_NETWORKS[""])


def learned_config(config: Config) -> Config:
    """The network that comes with learned weights: the sidebar's kind, else the first."""
    key = config.variant if config.variant in shipped() else next(iter(shipped()))
    return config_for(choice_of("atlas", key), None, {})
