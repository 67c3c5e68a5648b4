"""The network that a reader brought in a file: it stays in their session, beside the zoo."""

import streamlit as st

from viz.net.fields import ConfigError, Word
from viz.net.imported import KEY as KEY
from viz.net.zoo import Network

HELD = "brought:network"


def bring(network: Network) -> None:
    """Keep a network that was read, in place of an earlier one."""
    st.session_state[HELD] = network


def network() -> Network | None:
    """The one that was brought last, if any."""
    held: Network | None = st.session_state.get(HELD)
    return held


def is_meant(name: str, params: dict[str, str]) -> bool:
    """Whether an address would be about it, which no server but this session has."""
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
