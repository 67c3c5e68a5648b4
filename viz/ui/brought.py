"""The network that a reader brought in a file: it stays in their session, beside the zoo."""

import streamlit as st

from viz.net.unrolled import KEY as KEY
from viz.net.zoo import Network

HELD = "brought:network"


def bring(network: Network) -> None:
    """Keep a network that was read, in place of an earlier one."""
    st.session_state[HELD] = network


def network() -> Network | None:
    """The one that was brought last, if any."""
    held: Network | None = st.session_state.get(HELD)
    return held


def is_meant(name: str, said: dict[str, str]) -> bool:
    """Whether an address would be about it, which no server but this session has."""
    return KEY in name.split(",") or KEY in (said.get("network"), said.get("b_network"))
