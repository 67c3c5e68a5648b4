"""A network uploaded by the reader, kept in their session.

Where an operator has named a place, another server finds it there when this one has gone.
"""

import logging
from typing import Any

import streamlit as st

from viz.lab import uploads
from viz.lab.errors import RunError
from viz.net.fields import ConfigError, Word
from viz.net.imported import KEY as KEY
from viz.net.zoo import Network
from viz.ui.admission import away
from viz.ui.readers import reader

HELD, LOOKED = "uploaded:network", "uploaded:looked"


def store(network: Network, read: dict[str, Any]) -> None:
    """Store an uploaded network, replacing an earlier one; ``read`` is what it was made of."""
    st.session_state[HELD] = network
    if uploads.are_kept() and (number := reader()):
        try:
            with away():
                uploads.keep(number, read)
        except RunError as error:
            logging.getLogger(__name__).warning("%s", error)


def network() -> Network | None:
    """The uploaded network, if any."""
    if HELD not in st.session_state and LOOKED not in st.session_state:
        st.session_state[LOOKED] = True
        if (found := _kept()) is not None:
            st.session_state[HELD] = found
    held: Network | None = st.session_state.get(HELD)
    return held


def _kept() -> Network | None:
    """What the reader opened on a server that has gone."""
    if not uploads.are_kept() or not (number := reader()):
        return None
    from viz.reading.graphs.files import trace_of_lines  # no first picture waits for it

    try:
        with away():
            read = uploads.kept(number)
        return trace_of_lines(read).config.network if read else None
    except RunError as error:
        logging.getLogger(__name__).warning("%s", error)
        return None


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
