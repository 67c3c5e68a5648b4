"""HTTP routes that serve pictures and tables of networks.

``/figure/v3-large.svg?width=0.75&theme=dark`` and ``/table/v3-large.csv`` take the options of the
command line, by the same names. Work is bounded: few requests draw at once, equal ones share what
is drawn, and it is kept for a while; what is kept waits for nobody.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

from anyio import CapacityLimiter, to_thread
from cachetools import LRUCache
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from viz.drawing.engine import DrawingError
from viz.exports import ALIASES, EXPORTS, file_name, request_of
from viz.exports.request import check_sized
from viz.net.design import KEY
from viz.net.fields import ConfigError, nearest
from viz.net.names import LIBRARY_NAMES
from viz.net.zoo import ZOO
from viz.ui import limits, torch_questions
from viz.ui.torch_worker import WorkerError

AT_ONCE, WAITING = 2, 256
LARGE = 1_000  # operations; the largest network of the Atlas has 951, and takes two seconds
LARGE_AT_ONCE, LARGE_WAITING = 1, 5
TORCH_AT_ONCE, TORCH_WAITING = 4, 32
KEPT_BYTES = 64_000_000
HEADERS = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
# What may be asked of which address; the other formats take long, or open in no page.
FORMATS = {
    "diagram": ("svg", "png", "pdf", "tikz"),
    "table": ("csv", "json", "md"),
}


ASK_TORCH = frozenset({"excitation"})  # figures that wait for another process
ANSWERS: Counter[str] = Counter()  # by status


class Refused(Exception):
    """A request that cannot be answered; status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


class Key(NamedTuple):
    """All that a file depends on."""

    what: str
    variant: str
    kind: str
    chosen: tuple[tuple[str, str], ...]


class Made(NamedTuple):
    """A file, its name, and by what a browser tells whether it has changed."""

    content: bytes
    name: str
    tag: str


class Drawn:
    """What was drawn, the last used first, and what is being drawn; up to ``most`` bytes are kept.

    One event loop uses it.
    """

    def __init__(self, most: int) -> None:
        self._kept: LRUCache[Key, Made] = LRUCache(most, getsizeof=lambda made: len(made.content))
        self._most = most
        self._tasks: dict[Key, asyncio.Task[Made]] = {}
        self.hits = self.misses = 0

    @property
    def currsize(self) -> int:
        """How many files are kept."""
        return len(self._kept)

    def cache_info(self) -> "Drawn":
        """Hits, misses and entries, as of an ``lru_cache``."""
        return self

    async def get(self, key: Key) -> Made:
        """What is kept, is being drawn for another request, or is drawn now."""
        found = self._kept.get(key)
        if found is not None:
            self.hits += 1
            return found
        self.misses += 1
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._draw(key))
        return await asyncio.shield(task)  # others wait for it, too

    async def _draw(self, key: Key) -> Made:
        try:
            lane = _lane(key)
            made = await lane.run(partial(_made, key))
            if len(made.content) <= self._most:
                self._kept[key] = made
            return made
        finally:
            del self._tasks[key]


async def picture(request: Request) -> Response:
    """A picture: of a network, of two, or of a lesson."""
    return _counted(await _answer(request, "diagram"))


async def table(request: Request) -> Response:
    """A network's rows."""
    return _counted(await _answer(request, "table"))


def _counted(answer: Response) -> Response:
    ANSWERS[str(answer.status_code)] += 1
    return answer


async def _answer(request: Request, what: str) -> Response:
    rate = _rate()
    if rate is not None and (seconds := rate.wait(limits.address_of(request))):
        sentence = f"Too many requests from your address; try again in {seconds} s.\n"
        return PlainTextResponse(sentence, 429, {"Retry-After": str(seconds)})
    try:
        variant, kind = _named(request.path_params["name"], what)
        made = await DRAWN.get(Key(what, variant, kind, _options(request.query_params)))
    except Refused as refused:
        return PlainTextResponse(f"{refused}\n", refused.status)
    except ConfigError as error:
        return PlainTextResponse(f"{error}\n", 400)
    except (WorkerError, DrawingError) as error:
        return PlainTextResponse(f"{error}\n", 503)
    disposition = f'inline; filename="{made.name}"'
    headers = HEADERS | {"ETag": made.tag, "Content-Disposition": disposition}
    known = request.headers.get("if-none-match", "")
    if made.tag in [each.strip().removeprefix("W/") for each in known.split(",")] or known == "*":
        return Response(status_code=304, headers=headers)
    return Response(made.content, media_type=EXPORTS[what][kind].mime, headers=headers)


@lru_cache(maxsize=1)
def _rate() -> limits.Rate | None:
    return limits.rate()


class Lane:
    """A queue for so many at once; whoever would have to wait behind ``most`` is refused."""

    def __init__(self, at_once: int, most: int) -> None:
        self._limit, self._most = CapacityLimiter(at_once), most
        self._here = 0

    async def run(self, made: Callable[[], Made]) -> Made:
        """What ``made`` gives, in a thread. Raises ``Refused``."""
        if self._here >= self._most:
            raise Refused(503, "Too many pictures are being drawn; try again.")
        self._here += 1
        try:
            return await to_thread.run_sync(made, limiter=self._limit)
        finally:
            self._here -= 1


class Lanes(NamedTuple):
    """Those in one wait for one another, and nobody else for them."""

    most: Lane
    large: Lane
    torch: Lane


@lru_cache(maxsize=1)
def _lanes() -> Lanes:
    return Lanes(
        Lane(AT_ONCE, WAITING),
        Lane(LARGE_AT_ONCE, LARGE_WAITING),
        Lane(TORCH_AT_ONCE, TORCH_WAITING),
    )


def _lane(key: Key) -> Lane:
    """Where a file waits for its turn to be drawn."""
    if key.variant in ASK_TORCH:
        return _lanes().torch
    return _lanes().large if _is_large(key.variant, key.chosen) else _lanes().most


def _is_large(variant: str, chosen: tuple[tuple[str, str], ...]) -> bool:
    """Whether every block of a picture is drawn by itself, and there are many."""
    params = dict(chosen)
    if params.get("level", "network") == "network" or "block" in params:
        return False
    return _is_network(variant) and len(request_of(variant, params).traced.operations) > LARGE


def _named(name: str, what: str) -> tuple[str, str]:
    variant, _, kind = name.rpartition(".")
    kind = ALIASES.get(kind.lower(), kind.lower())
    formats = FORMATS[what]
    if kind not in formats:
        raise Refused(404, f"{name[:60]} is not here: names end in .{', .'.join(formats)}.")
    variant = variant.lower()
    from viz.exports.figures import FIGURES, is_figure  # brings numpy: not while a server starts

    if _is_network(variant) or (what == "diagram" and is_figure(variant)):
        return variant, kind
    known = ", ".join([*ZOO, *FIGURES])
    near = nearest(variant, [*ZOO, *FIGURES, *LIBRARY_NAMES])
    meant = f" The nearest is {near}." * bool(near)
    raise Refused(
        404, f"{name[:60]} is not here: there are {known}, and pairs with a comma.{meant}"
    )


def _is_network(name: str) -> bool:
    return name in (*ZOO, KEY) or name in LIBRARY_NAMES


def _options(query: QueryParams) -> tuple[tuple[str, str], ...]:
    pairs = query.multi_items()
    for name, _text in pairs:
        if len(query.getlist(name)) > 1:
            raise Refused(400, f"{name[:40]} is given {len(query.getlist(name))} times.")
    return tuple(sorted(pairs))


def _made(key: Key) -> Made:
    content, name = _drawn(key)
    return Made(content, name, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _drawn(key: Key) -> tuple[bytes, str]:
    what, variant, kind, chosen = key
    if not _is_network(variant):
        from viz.exports.figures import figure_of, made

        figure = figure_of(variant, dict(chosen), torch_questions.excitations)
        return made(figure, kind), f"{figure.name}.{kind}"
    request = request_of(variant, dict(chosen))
    check_sized(kind, request.size)
    return EXPORTS[what][kind].make(request), file_name(request, what, kind)


DRAWN = Drawn(KEPT_BYTES)
ROUTES = (Route("/figure/{name}", picture), Route("/table/{name}", table))
