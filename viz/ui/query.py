"""The address bar as input and output: keys in the URL, names on screen.

A link is repaired first: what is wrong is taken out, and one sentence a mistake says so on the
page. Controls and URL are brought together here, for Streamlit's own binding writes what a choice
is called on screen instead of its key, gives no change an entry in the browser's history, and drops
a bad value in silence.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from viz.net.config import DEFAULT_STRIDE, DEPTH, OPTIONS, RULE, STRIDE
from viz.net.design import KEY, read
from viz.net.fields import SHOWN, ConfigError, Field, Number, Word, Words, nearest
from viz.net.zoo import ZOO, Network
from viz.ui import private, uploaded
from viz.ui.control_memory import Memory, Value, memory_of
from viz.ui.translate import _

NOTES = "link_notes"
NETWORK = "network"
RECIPE = "recipe"  # a link's network with its steps; spelled out as it is opened
SECOND = "b_"  # before the parameters of a page's second network
DEFAULT_NETWORKS = {"": "v3-large", SECOND: "v3-small"}
MISSING = object()
Known = tuple[Collection[str], Collection[str]]  # to the page's picker, and to any page
MOST_UNKNOWN = 3  # notes on names that no page has
# What others call what we have.
OTHERS_NAMES = {
    **dict.fromkeys(("model", "net", "variant", "arch"), NETWORK),
    **dict.fromkeys(("size", "input", "px", "image"), "resolution"),
    "alpha": "width",
    "multiplier": "width",
    "color": "colour",
}
DECIMALS = 6  # what a slider's arithmetic leaves behind these is noise


def begin_run(page: str, everywhere: Collection[str]) -> None:
    """Once a full run, at its start: is the page new, and does the link say what it shows?

    ``everywhere`` are parameters of all pages: they say nothing about a page.
    """
    memory = memory_of()
    memory.is_history_step |= private.is_history_step()
    memory.switched = memory.page != page or memory.begun != page
    if memory.begun != page:  # a run may be the second before one has come to its end
        memory.begun, memory.synced = page, set()
        memory.bare = not set(st.query_params) - set(everywhere)
    memory.drawn, memory.undrawn = set(), {}
    memory.is_full_run, memory.depth = True, 0


@contextmanager
def part(name: str, own: Collection[str], page: str) -> Iterator[bool]:
    """Around a part of the page that also runs by itself: a fragment, which may be within another.

    Gives whether it runs by itself. ``own`` are controls around the part that run with it. Where
    another one has been given a value meanwhile, the whole page runs again.
    """
    memory = memory_of()
    is_outermost = memory.depth == 0
    is_alone = is_outermost and not memory.is_full_run
    if is_alone:
        _begin_part(memory, memory.around.get(name, {}), own)
    else:
        names = memory.drawn - set(own)
        memory.around[name] = {each: st.session_state.get(each) for each in names}
    memory.depth += 1
    try:
        yield is_alone
        if is_outermost:
            _end_run(memory, page)
    finally:
        memory.depth -= 1
        memory.is_full_run &= not is_outermost


def _begin_part(memory: Memory, around: Mapping[str, object], own: Collection[str]) -> None:
    if any(st.session_state.get(name) != value for name, value in around.items()):
        st.rerun()
    memory.drawn, memory.undrawn = {*around, *own}, {}
    memory.switched = memory.page != memory.begun


def _end_run(memory: Memory, page: str) -> None:
    """At a run's end: what the page no longer shows leaves the URL."""
    for name in memory.in_url.keys() - memory.drawn:
        _drop(name)
        del memory.in_url[name]
    for name, value in memory.undrawn.items():
        st.session_state[name] = value.shown  # Streamlit forgets what a control had
    memory.undrawn.clear()
    memory.page, memory.begun, memory.is_history_step = page, page, False


def repair(fields: Mapping[str, Field], known: Callable[[], Known] | None = None) -> None:
    """Check what the URL says, drop what is bad, note why, and run again if anything was.

    What is neither of the page's ``fields`` nor ``known`` on another page is bad too.
    """
    notes = _unknown(fields, known) if known else []
    notes += _repaired(fields)
    notes += [note for name, note in _conflicts(fields) if _drop(name)]
    if notes:
        earlier = st.session_state.get(NOTES, [])
        st.session_state[NOTES] = list(dict.fromkeys([*earlier, *notes]))
        st.rerun()


def _unknown(fields: Mapping[str, Field], known: Callable[[], Known]) -> list[str]:
    """A note on each name that no page has, with the one that may be meant."""
    strange = [name for name in st.query_params if name not in fields]
    own, others = known() if strange else ((), ())
    own = [*fields, *own]
    notes = []
    for name in strange:
        if name in others:
            continue
        _drop(name)
        meant = OTHERS_NAMES.get(name.lower(), "")
        meant = meant if meant in own else nearest(name, own)
        text = _("From the link: there is no {name}; {meant} comes nearest. It is left out.")
        text = text if meant else _("From the link: there is no {name}. It is left out.")
        notes.append(text.format(name=name[:SHOWN], meant=meant))
    return notes[:MOST_UNKNOWN]


def _repaired(fields: Mapping[str, Field]) -> list[str]:
    notes = []
    here, known = set(st.query_params), memory_of().in_url
    for name, field in fields.items():
        if name in here and _in_url(name) != known.get(name):
            kept, found = _checked(name, field, st.query_params.get_all(name))
            notes += found
            if kept is None:
                _drop(name)
            elif st.query_params.get_all(name) != kept:
                st.query_params[name] = kept if len(kept) > 1 else kept[0]
    return notes


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


def chosen_text(name: str, default: str) -> str:
    """What the URL or the session has for a control that may not have been drawn yet."""
    memory = memory_of()
    if memory.asks(name):
        text = st.query_params.get(name)
        is_set_back = memory.is_history_step or (memory.is_new(name) and not memory.bare)
        if text or is_set_back:
            return text or default
    return str(st.session_state.get(name) or memory.kept.get(name) or default)


def choose(name: str, value: object) -> None:
    """Choose for the reader, also where the control is not drawn."""
    st.session_state[name] = memory_of().kept[name] = value


def design_name(prefix: str) -> str:
    """Where a picker's design is: the second picker has the first one's until it has its own."""
    return prefix + KEY if chosen_text(prefix + KEY, "") else KEY


def network_of(prefix: str) -> Network:
    """The network that is chosen; a design that cannot be is its page's default."""
    key = chosen_text(prefix + NETWORK, DEFAULT_NETWORKS[prefix])
    if key == uploaded.KEY:
        return uploaded.network() or ZOO[DEFAULT_NETWORKS[prefix]]
    if key != KEY:  # a link may say anything before it has been repaired
        return ZOO.get(key, ZOO[DEFAULT_NETWORKS[prefix]])
    try:
        return read(chosen_text(design_name(prefix), ""))
    except ConfigError:
        return ZOO[DEFAULT_NETWORKS[prefix]]


def _conflicts_of(prefix: str) -> list[tuple[str, str]]:
    network = network_of(prefix)
    possible = {
        prefix + RULE: [rule.name for rule in network.rules],
        **{prefix + option: ["false"] for option in OPTIONS if option not in network.options},
        **({} if network.deepens else {prefix + DEPTH: ["1"]}),
        **({} if network.dilates else {prefix + STRIDE: [str(DEFAULT_STRIDE)]}),
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


# Controls: keys in the URL, whatever they are called on screen


def sync(name: str, field: Field, *, given: bool = False) -> object:
    """Bring a control and the URL together; whichever changed last wins. The value of both.

    To be called before the control is drawn, which has the same key. What was chosen is kept for
    when the control is drawn again, on whatever page, unless a link says what to show there.

    A control that moves, as others come and go before it, starts anew: so it is told its value in
    every run. One that is ``given`` its value when it is drawn is told only of another one than it
    has. The browser may be further by then: keys that are quicker than the server all count.
    """
    memory = memory_of()
    held = memory.undrawn.pop(name, None)
    if held and held.field == field:  # nothing can have changed since, within a run
        if not given:
            st.session_state[name] = held.shown
        return held.value
    return _reconcile(name, field, memory, given=given).value


def value_of(name: str, field: Field) -> object:
    """The value of a control, whether or not this run draws it."""
    memory = memory_of()
    is_drawn = name in memory.drawn and name not in memory.undrawn
    found = _reconcile(name, field, memory, given=True)
    if not is_drawn:
        memory.undrawn[name] = found
    return found.value


def _reconcile(name: str, field: Field, memory: Memory, *, given: bool) -> Value:
    chosen = st.session_state.get(name, MISSING)
    value = _valid(name, field, _current(name, field, memory, chosen))
    text = None if value == field.default else field.write(value)
    if text != _in_url(name):
        if text is None:
            _drop(name)
        else:
            st.query_params[name] = text
    memory.drawn.add(name)
    memory.synced.add(name)
    memory.in_url[name], memory.kept[name], memory.defaults[name] = text, value, field.default
    shown = _shown(field, value)
    if not given or chosen != shown:
        st.session_state[name] = shown
    return Value(field, value, shown)


def _shown(field: Field, value: object) -> object:
    """The value as Streamlit's controls have it."""
    if isinstance(field, Word):
        return value or None
    return list(value) if isinstance(value, tuple) else value


def _current(name: str, field: Field, memory: Memory, chosen: object) -> object:
    is_new, seen = memory.is_new(name), memory.in_url.get(name)
    text = _in_url(name) if memory.asks(name) else seen
    if _differs(name, field, memory, chosen):
        return _taken(field, chosen)
    if text is not None and text != seen:  # a link, or Back
        return field.read(name, text)
    is_set_back = not memory.bare if is_new else seen is not None
    if text is None and (is_set_back or _stood_at_default(name, field, memory, chosen)):
        return field.default
    if chosen is not MISSING and not (is_new and name in memory.kept):
        return _taken(field, chosen)
    return memory.kept.get(name, field.default)


def was_changed(name: str, field: Field) -> bool:
    """Whether the reader has changed the control."""
    return _differs(name, field, memory_of(), st.session_state.get(name, MISSING))


def _differs(name: str, field: Field, memory: Memory, chosen: object) -> bool:
    """Whether a control holds another value than it was given."""
    if memory.is_new(name) or name not in memory.kept or chosen is MISSING:
        return False
    return bool(_taken(field, chosen) != memory.kept[name])


def _stood_at_default(name: str, field: Field, memory: Memory, chosen: object) -> bool:
    """Whether the control showed its default, and another network or page has another one."""
    earlier = memory.defaults.get(name, field.default)
    stood = memory.kept.get(name) if chosen is MISSING else _taken(field, chosen)
    return earlier != field.default and bool(stood == earlier)


def _taken(field: Field, chosen: object) -> object:
    """The value of what a control holds."""
    if isinstance(field, Words):
        return tuple(chosen)  # type: ignore[arg-type]  # a list, as its control gives it
    if isinstance(field, Number) and isinstance(chosen, float):
        return round(chosen, DECIMALS)
    return (chosen or "") if isinstance(field, Word) else chosen


def _valid(name: str, field: Field, value: object) -> object:
    """The value, or the default where another page's control of this name allows other ones."""
    try:
        return value if value == field.default else field.read(name, field.write(value))
    except (ConfigError, AssertionError):
        return field.default


def _in_url(name: str) -> str | None:
    given = st.query_params.get_all(name)
    return ",".join(given) if given else None


def note(sentence: str) -> None:
    """Say what is wrong with a link, beside all else that is."""
    st.session_state[NOTES] = list(dict.fromkeys([*st.session_state.get(NOTES, []), sentence]))


def show_notes() -> None:
    """Show what was wrong with the link, until it is dismissed."""
    notes = st.session_state.get(NOTES, [])
    if not notes:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning("  \n".join(plain(note) for note in notes), icon=":material/link_off:")
        st.button(_("Dismiss"), on_click=lambda: st.session_state.pop(NOTES, None))


def plain(text: str) -> str:
    """Text of others as Markdown that shows it, and does nothing else."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-!|:$~&" else char for char in text)
