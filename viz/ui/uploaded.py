"""A network uploaded by the reader, kept in their session."""

import streamlit as st

from viz.net.fields import ConfigError, Word
from viz.net.imported import KEY as KEY
from viz.net.zoo import Network

HELD = "uploaded:network"


def store(network: Network) -> None:
    """Store an uploaded network, replacing an earlier one."""
    st.session_state[HELD] = network


def network() -> Network | None:
    """The uploaded network, if any."""
    held: Network | None = st.session_state.get(HELD)
    return held


def is_meant(name: str, params: dict[str, str]) -> bool:
    """Whether a URL refers to the uploaded network, which only this session has."""
    return KEY in name.split(",") or KEY in (params.get("network"), params.get("b_network"))


class NetworkWord(Word):
    """The key of a network; a file that another session read is told apart from a mistake."""

    def read(self, name: str, text: str) -> str:
        """The key. Raises ``ConfigError``."""
        if text.strip().lower() == KEY and KEY not in self.words:
            raise ConfigError(
                name, text, "dropped on Identify again: a file is kept for one session only"
            )
        return super().read(name, text)
