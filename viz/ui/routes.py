"""HTTP routes that serve pictures and tables of networks.

``/figure/v3-large.svg?width=0.75&theme=dark`` and ``/table/v3-large.csv`` take the options of the
command line, by the same names. Work is bounded: few requests draw at once, and what was drawn is
kept for a while.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache, partial

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from viz.drawing.engine import DrawingError
from viz.exports import ALIASES, EXPORTS, file_name, request_of
from viz.net.design import KEY
from viz.net.fields import ConfigError
from viz.net.names import LIBRARY_NAMES
from viz.net.zoo import ZOO
from viz.ui import torch_questions
from viz.ui.torch_worker import WorkerError

AT_ONCE, WAITING = 2, 256
LARGE = 1_000  # operations; the largest network of the Atlas has 951, and takes two seconds
LARGE_AT_ONCE, LARGE_WAITING = 1, 5
KEPT = 128
HEADERS = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
# What may be asked of which address; the other formats take long, or open in no page.
FORMATS = {
    "diagram": ("svg", "png", "pdf", "tikz"),
    "table": ("csv", "json", "md"),
}


class Refused(Exception):
    """A request that cannot be answered; status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


async def picture(request: Request) -> Response:
    """A picture: of a network, of two, or of a lesson."""
    return await _answer(request, "diagram")


async def table(request: Request) -> Response:
    """A network's rows."""
    return await _answer(request, "table")


async def _answer(request: Request, what: str) -> Response:
    try:
        variant, kind = _named(request.path_params["name"], what)
        chosen = _options(request.query_params)
        lane = _lanes()[_is_large(variant, chosen)]
        content, name = await lane.run(partial(_made, what, variant, kind, chosen))
    except Refused as refused:
        return PlainTextResponse(f"{refused}\n", refused.status)
    except ConfigError as error:
        return PlainTextResponse(f"{error}\n", 400)
    except (WorkerError, DrawingError) as error:
        return PlainTextResponse(f"{error}\n", 503)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = HEADERS | {"ETag": tag, "Content-Disposition": f'inline; filename="{name}"'}
    known = request.headers.get("if-none-match", "")
    if tag in [each.strip().removeprefix("W/") for each in known.split(",")] or known == "*":
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=EXPORTS[what][kind].mime, headers=headers)


class Lane:
    """A queue for so many at once; whoever would have to wait behind ``most`` is refused."""

    def __init__(self, at_once: int, most: int) -> None:
        self._limit, self._most = CapacityLimiter(at_once), most
        self._here = 0

    async def run(self, made: Callable[[], tuple[bytes, str]]) -> tuple[bytes, str]:
        """What ``made`` gives, in a thread. Raises ``Refused``."""
        if self._here >= self._most:
            raise Refused(503, "Too many pictures are being drawn; try again.")
        self._here += 1
        try:
            return await to_thread.run_sync(made, limiter=self._limit)
        finally:
            self._here -= 1


@lru_cache(maxsize=1)
def _lanes() -> tuple[Lane, Lane]:
    """For most pictures, and for large ones: they wait for one another, and nobody for them."""
    return Lane(AT_ONCE, WAITING), Lane(LARGE_AT_ONCE, LARGE_WAITING)


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
    raise Refused(404, f"{name[:60]} is not here: there are {known}, and pairs with a comma.")


def _is_network(name: str) -> bool:
    return name in (*ZOO, KEY) or name in LIBRARY_NAMES


def _options(query: QueryParams) -> tuple[tuple[str, str], ...]:
    pairs = query.multi_items()
    for name, _text in pairs:
        if len(query.getlist(name)) > 1:
            raise Refused(400, f"{name[:40]} is given {len(query.getlist(name))} times.")
    return tuple(sorted(pairs))


@lru_cache(maxsize=KEPT)
def _made(
    what: str, variant: str, kind: str, chosen: tuple[tuple[str, str], ...]
) -> tuple[bytes, str]:
    if not _is_network(variant):
        from viz.exports.figures import figure_of, made

        figure = figure_of(variant, dict(chosen), torch_questions.excitations)
        return made(figure, kind), f"{figure.name}.{kind}"
    request = request_of(variant, dict(chosen))
    return EXPORTS[what][kind].make(request), file_name(request, what, kind)


ROUTES = (Route("/figure/{name}", picture), Route("/table/{name}", table))
