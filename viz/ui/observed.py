"""What is watched while ``ATLAS_METRICS`` is on, and how it is written for Prometheus."""

from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from viz.net.trace import kept_trace
from viz.ui import admission, faults, routes, shared_cache, sockets
from viz.ui.metrics import CACHES, READINGS, Reading, cache, counter, gauge
from viz.ui.torch_pool import Pool
from viz.ui.torch_questions import MEASURING, POOL

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Named(Collector):
    """Reads what is named in ``READINGS`` and ``CACHES``, when it is asked."""

    def collect(self) -> Iterable[Metric]:
        """All numbers as they are now."""
        for name, reading in tuple(READINGS.items()):
            yield _family(name, reading)
        for what in ("hits", "misses", "currsize"):
            yield _family(*_of_caches(what))


def _family(name: str, reading: Reading) -> Metric:
    labels = [reading.label] if reading.label else []
    kind = GaugeMetricFamily if reading.kind == "gauge" else CounterMetricFamily
    family: GaugeMetricFamily | CounterMetricFamily = kind(name, reading.about, labels=labels)
    found = reading.read()
    values = {"": found} if isinstance(found, (int, float)) else found
    for value, number in values.items():
        family.add_metric([value] if labels else [], number)
    return family


def _of_caches(what: str) -> tuple[str, Reading]:
    def read() -> dict[str, float]:
        return {name: getattr(info(), what) for name, info in tuple(CACHES.items())}

    if what == "currsize":
        return "atlas_cache_entries", Reading("gauge", "Entries of a cache.", read, "cache")
    about = "How often a cache had what was asked for." if what == "hits" else "How often not."
    return f"atlas_cache_{what}", Reading("counter", about, read, "cache")


class Endpoint:
    """All numbers, as an answer to ``/metrics``."""

    def __init__(self) -> None:
        self._registry = begin()

    async def answer(self, _request: Request) -> Response:
        """The numbers as they are now, in Prometheus's text format."""
        text = generate_latest(self._registry)
        return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def begin() -> CollectorRegistry:
    """Name what the app has, and let runs of pages be timed."""
    disable_created_metrics()  # type: ignore[no-untyped-call] # a second number for each
    registry = CollectorRegistry()
    registry.register(Named())
    ProcessCollector(registry=registry)
    _watch_runs(registry)
    _name_readers()
    _name_torch("answers", POOL)
    _name_torch("measuring", MEASURING)
    cache("traces", kept_trace.cache_info)
    cache("pictures", shared_cache._network.cache_info)
    cache("half_slides", shared_cache.half.cache_info)
    cache("addresses", routes.DRAWN.cache_info)
    return registry


def _watch_runs(registry: CollectorRegistry) -> None:
    took = Histogram(
        "atlas_run_seconds",
        "Seconds that a run of a page took, from its turn to its end.",
        buckets=SECONDS,
        registry=registry,
    )
    waited = Histogram(
        "atlas_run_wait_seconds",
        "Seconds that a run of a page waited for its turn.",
        buckets=SECONDS,
        registry=registry,
    )

    def watch(before: float, during: float) -> None:
        waited.observe(before)
        took.observe(during)

    admission.TURNS.watch = watch
    gauge("atlas_runs_waiting", "Runs of pages that wait.", lambda: admission.TURNS.waiting)
    gauge("atlas_runs_running", "Runs of pages that have a turn.", lambda: admission.TURNS.running)


def _name_readers() -> None:
    gauge("atlas_sessions", "Readers who are connected.", lambda: sockets.SEEN.connected)
    counter("atlas_connections", "Connections of readers so far.", lambda: sockets.SEEN.opened)
    about = "Answers of addresses of pictures and tables, by status."
    counter("atlas_address_answers", about, lambda: dict(routes.ANSWERS), "status")
    counter("atlas_faults", "Faults by kind.", lambda: dict(faults.SEEN), "kind")


def _name_torch(what: str, pool: Pool) -> None:
    gauge(f"atlas_torch_{what}_waiting", "Questions that no process has.", lambda: pool.waiting)
    gauge(f"atlas_torch_{what}_running", "Questions being answered.", lambda: pool.running)
    counter(f"atlas_torch_{what}_begun", "Questions taken so far.", lambda: pool.begun)
