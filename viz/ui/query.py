"""The address bar as input and output: keys in the URL, names on screen.

Numbers, switches and texts are bound to the URL by Streamlit, which drops a bad value in silence
(and raises on some: ``inf`` in a whole-number field). So a link is repaired first: what is wrong is
taken out, and one sentence a mistake says so on the page. Choices are brought together with the URL
here, for Streamlit would write what a choice is called on screen, not its key.
"""

from collections.abc import Mapping

import streamlit as st

from viz.net.config import OPTIONS, RULE
from viz.net.fields import ConfigError, Field, Word, Words
from viz.net.zoo import ZOO
from viz.ui.translate import _

NOTES = "link_notes"
PAGE = "url:page"
NETWORK = "network"
DEFAULT_NETWORKS = {"": "v3-large", "b_": "v3-small"}
Value = str | tuple[str, ...]


def end_run(page: str) -> None:
    """Once a run, at its end: remember which page the URL belongs to."""
    st.session_state[PAGE] = page


def repair(fields: Mapping[str, Field], page: str) -> None:
    """Check what the URL says, drop what is bad, note why, and run again if anything was."""
    notes = _repaired(fields)
    notes += [note for name, note in _conflicts(fields) if _drop(name)]
    if notes:
        earlier = st.session_state.get(NOTES, [])
        st.session_state[NOTES] = list(dict.fromkeys([*earlier, *notes]))
        st.session_state["url:switched"] = _switched(page)
        st.rerun()
    st.session_state["url:switched"] = _switched(page)


def _switched(page: str) -> bool:
    return bool(st.session_state.get(PAGE) != page)


def _repaired(fields: Mapping[str, Field]) -> list[str]:
    notes = []
    for name, field in fields.items():
        if name in st.query_params and _is_news(name, field):
            kept, found = _checked(name, field, st.query_params.get_all(name))
            notes += found
            if kept is None:
                _drop(name)
            elif st.query_params.get_all(name) != kept:
                st.query_params[name] = kept if len(kept) > 1 else kept[0]
    return notes


def _is_news(name: str, field: Field) -> bool:
    """Whether the URL says something that no control has taken over yet."""
    if isinstance(field, (Word, Words)):
        return _said(name) != st.session_state.get(f"url:{name}")
    return name not in st.session_state


def _checked(name: str, field: Field, raw: list[str]) -> tuple[list[str] | None, list[str]]:
    """(values to keep, or None for the default; notes about the others)."""
    several = isinstance(field, Words)
    if len(raw) > 1 and not several:
        text = _("The link gives {name} {count} times; the default is used.")
        return None, [text.format(name=name, count=len(raw))]
    if not several and not raw[0].strip():
        text = _("The link leaves {name} empty; the default is used.")
        return None, [text.format(name=name)]
    kept: list[str] = []
    notes: list[str] = []
    for part in ",".join(raw).split(",") if several else raw:
        try:
            kept.append(field.write(field.read(name, part.strip())))
        except ConfigError as error:
            rest = _("It is left out.") if several else _("The default is used.")
            notes.append(_("From the link: {problem} {rest}").format(problem=error, rest=rest))
    return (kept or None), notes


def _drop(name: str) -> bool:
    if name in st.query_params:
        del st.query_params[name]
    return True


def _conflicts(fields: Mapping[str, Field]) -> list[tuple[str, str]]:
    """Parameters that are fine in themselves but that the chosen network does not have."""
    prefixes = [prefix for prefix in DEFAULT_NETWORKS if prefix + NETWORK in fields]
    return [found for prefix in prefixes for found in _conflicts_of(prefix)]


def network_of(prefix: str) -> str:
    """The network that the URL or the session has chosen."""
    key = prefix + NETWORK
    said = st.query_params.get(key)
    chosen = said or st.session_state.get(key) or st.session_state.get(f"kept:{key}")
    return str(chosen or DEFAULT_NETWORKS[prefix])


def _conflicts_of(prefix: str) -> list[tuple[str, str]]:
    network = ZOO[network_of(prefix)]
    possible = {
        prefix + RULE: [rule.name for rule in network.rules],
        **{prefix + option: ["false"] for option in OPTIONS if option not in network.options},
    }
    texts = {
        True: _("From the link: {network} has no {name} {value}. The default is used."),
        False: _("From the link: {network} has no option {name}. It is left out."),
    }
    return [
        (
            name,
            texts[name == prefix + RULE].format(
                network=network.name, name=name, value=st.query_params[name]
            ),
        )
        for name, values in possible.items()
        if name in st.query_params
        and name not in st.session_state
        and st.query_params[name] not in values
    ]


# Choices: keys in the URL, whatever they are called on screen


def sync(name: str, field: Word | Words, *, keep: bool = False) -> None:
    """Bring a choice and the URL together; whichever changed last wins.

    To be called before the control is drawn, which has the same key. A choice that is to be kept
    outlives pages that do not show it.
    """
    value = _valid(field, _current(name, field, keep=keep))
    text = None if value == field.default else field.write(value)
    if text != _said(name):
        if text is None:
            _drop(name)
        else:
            st.query_params[name] = text
    st.session_state[f"url:{name}"] = text
    st.session_state[f"kept:{name}"] = value
    st.session_state[name] = list(value) if isinstance(value, tuple) else value or None


def _current(name: str, field: Word | Words, *, keep: bool) -> Value:
    said, seen = _said(name), st.session_state.get(f"url:{name}")
    if said is not None and said != seen:  # a link, or Back
        return field.read(name, said)
    if said is None and seen is not None and not st.session_state.get("url:switched"):
        return field.default  # Back to the default
    if name in st.session_state:
        chosen = st.session_state[name]
        return tuple(chosen) if isinstance(field, Words) else chosen or ""
    kept = st.session_state.get(f"kept:{name}") if keep else None
    return field.default if kept is None else kept


def _valid(field: Word | Words, value: Value) -> Value:
    """The value, or the default where the words have changed and it is none of them."""
    fits = set(value) <= set(field.words) if isinstance(value, tuple) else value in field.words
    return value if fits else field.default


def _said(name: str) -> str | None:
    return ",".join(st.query_params.get_all(name)) if name in st.query_params else None


def show_notes() -> None:
    """Show what was wrong with the link, until it is dismissed."""
    notes = st.session_state.get(NOTES, [])
    if not notes:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning("  \n".join(_plain(note) for note in notes), icon=":material/link_off:")
        st.button(_("Dismiss"), on_click=lambda: st.session_state.pop(NOTES, None))


def _plain(text: str) -> str:
    """Text from a URL as Markdown that shows it, and does nothing else."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-!|:$~&" else char for char in text)
