"""The address bar as input: every parameter of a link is checked before a widget sees it.

Widgets are bound to the URL by Streamlit, which drops a bad value in silence (and raises on some:
``inf`` in a whole-number field). So a link is repaired first: what is wrong is taken out, and one
sentence a mistake says so on the page.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from viz.net.config import OPTIONS, ConfigError, parse_value
from viz.net.zoo import ZOO
from viz.ui.translate import _

NOTES = "link_notes"
REPEATABLE = frozenset(
    {"curves", "networks", "rules", "types", "checked", "posts", "verdicts", "about", "topics"}
)
DEFAULTS = {"": "v3-large", "b_": "v3-small"}
Check = Callable[[str], str]


def repair(checks: dict[str, Check]) -> None:
    """Check the parameters that no widget holds yet; drop the bad ones, note why, and run again."""
    notes: list[str] = []
    repaired = False
    for name, check in checks.items():
        if name not in st.query_params or name in st.session_state:
            continue
        raw = st.query_params.get_all(name)
        kept, found = _checked(name, raw, check)
        notes += found
        if raw != kept:
            repaired = True
            _replace(name, kept)
    for name, problem in _conflicts(set(checks)):
        notes.append(problem)
        repaired = True
        _replace(name, [])
    if notes:
        earlier = st.session_state.get(NOTES, [])
        st.session_state[NOTES] = list(dict.fromkeys([*earlier, *notes]))
    if repaired:
        st.rerun()


def _checked(name: str, raw: list[str], check: Check) -> tuple[list[str], list[str]]:
    """(values to keep, notes about the others)."""
    if len(raw) != 1 and name not in REPEATABLE:
        return [], [
            _("The link gives {name} {count} times; the default is used.").format(
                name=name, count=len(raw)
            )
        ]
    kept: list[str] = []
    notes: list[str] = []
    for text in raw:
        if not text.strip():
            notes.append(_("The link leaves {name} empty; the default is used.").format(name=name))
            continue
        try:
            kept.append(check(text.strip()))
        except ConfigError as error:
            rest = _("It is left out.") if name in REPEATABLE else _("The default is used.")
            notes.append(_("From the link: {problem} {rest}").format(problem=error, rest=rest))
    return kept, notes


def _conflicts(known: set[str]) -> list[tuple[str, str]]:
    """Parameters that are fine in themselves but that the chosen network does not have."""
    prefixes = [p for p in DEFAULTS if f"{p}network" in known]
    return [found for prefix in prefixes for found in _conflicts_of(prefix)]


def _conflicts_of(prefix: str) -> list[tuple[str, str]]:
    key = f"{prefix}network"
    network = ZOO[st.session_state.get(key) or st.query_params.get(key) or DEFAULTS[prefix]]
    possible = {
        f"{prefix}width_rule": [rule.name for rule in network.rules],
        **{prefix + option: ["false"] for option in OPTIONS if option not in network.options},
    }
    rule, option = (
        _("From the link: {network} has no {name} {value}. The default is used."),
        _("From the link: {network} has no option {name}. It is left out."),
    )
    return [
        (
            name,
            (rule if name.endswith("width_rule") else option).format(
                network=network.name, name=name, value=st.query_params[name]
            ),
        )
        for name, values in possible.items()
        if name in st.query_params
        and name not in st.session_state
        and st.query_params[name] not in values
    ]


def _replace(name: str, values: list[str]) -> None:
    if values:
        st.query_params[name] = values if len(values) > 1 else values[0]
    else:
        del st.query_params[name]


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


# What a parameter may be


def one_of(name: str, allowed: Sequence[str]) -> Check:
    """A check for a choice; upper and lower case are the same."""

    def check(text: str) -> str:
        for word in allowed:
            if word.lower() == text.lower():
                return word
        raise ConfigError(name, text, "one of " + ", ".join(allowed))

    return check


def number(field: str, name: str) -> Check:
    """A check for one of the configuration's numbers, under the parameter's own name."""

    def check(text: str) -> str:
        try:
            return (
                f"{parse_value(field, text):g}"
                if field == "width"
                else str(parse_value(field, text))
            )
        except ConfigError as error:
            raise ConfigError(name, text, error.allowed) from None

    return check


def between(name: str, low: float, high: float, *, whole: bool = True) -> Check:
    """A check for a number of a page's own."""

    def check(text: str) -> str:
        kind = "a whole number" if whole else "a number"
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high or (whole and not value.is_integer()):
            raise ConfigError(name, text, f"{kind} from {low:g} to {high:g}")
        return str(int(value)) if whole else f"{value:g}"

    return check


def switch(name: str) -> Check:
    """A check for a toggle."""

    def check(text: str) -> str:
        try:
            return str(bool(parse_value(OPTIONS[0], text))).lower()
        except ConfigError as error:
            raise ConfigError(name, text, error.allowed) from None

    return check


def network_checks(prefix: str = "") -> dict[str, Check]:
    """Checks for all parameters of a network picker whose keys start with ``prefix``."""
    checks: dict[str, Check] = {f"{prefix}network": one_of(f"{prefix}network", list(ZOO))}
    for field in ("width", "resolution", "classes", "divisor", "in_channels"):
        checks[prefix + field] = number(field, prefix + field)
    rules = sorted({rule.name for network in ZOO.values() for rule in network.rules})
    checks[f"{prefix}width_rule"] = one_of(f"{prefix}width_rule", rules)
    for option in OPTIONS:
        checks[prefix + option] = switch(prefix + option)
    return checks
