"""What a session's controls had last: what the URL and they are brought together by."""

from dataclasses import dataclass, field

import streamlit as st

from viz.net.fields import Field

MEMORY = "url:memory"


@dataclass(frozen=True, slots=True)
class Value:
    """A control's value in this run, and how Streamlit's controls have it."""

    field: Field
    value: object
    shown: object


@dataclass(slots=True)
class Memory:
    """What a session's controls had last, by their names.

    One object: every key of the session is looked through whenever a control is drawn.
    """

    page: str = ""  # whose last run came to its end
    begun: str = ""  # whose run has begun
    switched: bool = True
    bare: bool = True  # the link that led to the page says nothing about it
    is_history_step: bool = False  # back or forward in the browser's history
    synced: set[str] = field(default_factory=set)  # since the page was come to
    drawn: set[str] = field(default_factory=set)
    undrawn: dict[str, Value] = field(default_factory=dict)  # without a control, in this run
    is_full_run: bool = True  # and not one of a part of the page
    depth: int = 0  # of the parts of the page that are running
    # For each part of the page that also runs by itself: what the controls around it have.
    around: dict[str, dict[str, object]] = field(default_factory=dict)
    in_url: dict[str, str | None] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)
    defaults: dict[str, object] = field(default_factory=dict)

    def is_new(self, name: str) -> bool:
        """Whether the page has been come to, and this control has not been asked for on it."""
        return self.switched and name not in self.synced

    def asks(self, name: str) -> bool:
        """Whether the URL says what a control is to be: in a link, or from the browser's history.

        Any other is the URL of a moment ago. A browser sends the one it has beside every change,
        and learns of the one that belongs to the change a moment later.
        """
        return self.is_new(name) or self.is_history_step or name not in self.in_url


def memory_of() -> Memory:
    """The session's own."""
    found: Memory | None = st.session_state.get(MEMORY)
    if found is None:
        st.session_state[MEMORY] = found = Memory()
    return found
