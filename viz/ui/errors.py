"""Message for internal errors: one sentence, never a traceback."""

import logging

import streamlit as st

from viz.ui.translate import _

LOG = logging.getLogger("atlas")


def apologise(error: Exception) -> bool:
    """Log the error with its traceback and show a sentence."""
    LOG.exception("A page failed.", exc_info=error)
    st.error(
        _("Something went wrong on this page. Reload it or try another one."),
        icon=":material/error:",
    )
    return True
