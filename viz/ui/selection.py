"""Click handlers of pictures."""

from collections.abc import Callable

import streamlit as st


def picker(key: str) -> Callable[[str], None]:
    """A handler that puts the number of a clicked box into the bound control ``key``."""

    def pick(box: str) -> None:
        number = box.rpartition("-")[2]
        st.session_state[key] = None if st.session_state.get(key) == number else number

    return pick


def put(key: str, value: object) -> None:
    """Give the control ``key`` a value."""
    st.session_state[key] = value
