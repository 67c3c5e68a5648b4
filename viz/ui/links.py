"""Links to pages: what they may say, and what is wrong with one that nobody has followed yet."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module

from viz.net.config import Config, configure
from viz.net.fields import ConfigError, Field, Words, one_of
from viz.net.words import config_of
from viz.ui import controls, menu, pickers, query
from viz.ui.menu import Entry


def fields(entry: Entry, config: Config | None) -> dict[str, Field]:
    """What a link to a page may say beside its network, where ``config`` is that network's."""
    part = import_module(f"viz.ui.parts.{entry.file}")
    second = {} if entry.second is None else pickers.fields(entry.second)
    return {**second, **controls.fields_of(part.parameters(config))}


def known(entry: Entry) -> query.Known:
    """What a link may say to the page's picker, and to any page."""
    return (pickers.fields() if entry.network else ()), _known_anywhere()


@lru_cache(maxsize=1)
def _known_anywhere() -> frozenset[str]:
    """Asked for only where a link says what its own page does not have: it brings all parts."""
    config = configure(query.DEFAULT_NETWORKS[""])
    pickers_own = {*pickers.fields(), *pickers.fields(query.SECOND)}
    return frozenset(pickers_own.union(*(fields(each, config) for each in menu.entries().values())))


def problems(page: str, params: Mapping[str, str]) -> list[str]:
    """A sentence for each mistake of a link, by the fields that would repair it."""
    pages = menu.entries()
    if page not in pages:
        allowed_pages = f"{one_of(list(pages))}, or a network such as v3-large"
        return [str(ConfigError("page", page, allowed_pages))]
    entry = pages[page]
    own: Mapping[str, str] = {}
    try:
        if entry.network:
            if query.RECIPE in params:
                from viz.ui import recipe  # brings the lab: no first picture should wait for it

                params = recipe.spelled(params)
            own = _of_picker(params, "")
        config = _config(own, "") if entry.network else None
        if entry.second is not None:
            _config(_of_picker(params, entry.second), entry.second)
    except ConfigError as error:
        return [str(error)]
    allowed = fields(entry, config)
    rest = {name: text for name, text in params.items() if name not in own}
    return [text for name in rest for text in _wrong(name, rest[name], allowed)]


def _of_picker(params: Mapping[str, str], prefix: str) -> dict[str, str]:
    """What a link says of a page's network."""
    names = pickers.fields(prefix)
    return {name: text for name, text in params.items() if name in names}


def _config(params: Mapping[str, str], prefix: str) -> Config:
    """The network of a link. Raises ``ConfigError``."""
    plain = {name.removeprefix(prefix): text for name, text in params.items()}
    key = plain.pop(query.NETWORK, query.DEFAULT_NETWORKS[prefix])
    return config_of(key, plain)


def _wrong(name: str, text: str, allowed: Mapping[str, Field]) -> list[str]:
    if name not in allowed:
        return [str(ConfigError("parameter", name, one_of(sorted(allowed)) if allowed else "none"))]
    field = allowed[name]
    try:
        for part in text.split(",") if isinstance(field, Words) else [text]:
            field.read(name, part.strip())
    except ConfigError as error:
        return [str(error)]
    return []
