"""Parts of the page on time: two networks measured in turn, here and now."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

import streamlit as st

from viz.lab.latency import Latency, Round, block_times, kind_times, latency_of, stage_times
from viz.lab.machine import this_machine
from viz.lessons.squeeze import check_computed
from viz.net.bounds import SENT_BYTES
from viz.net.config import Config
from viz.net.fields import ConfigError, Number, Word, size_text
from viz.net.trace import trace_config
from viz.text import percent
from viz.ui import controls, grid, picture, query, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

PREFIX = query.SECOND
ROUNDS = 5
MEASURED = "timing:measured"
MOST_BATCH, MOST_SECONDS = 16, 30


class Setting(NamedTuple):
    """Settings of a measurement."""

    configs: tuple[Config, Config]
    runtime: str
    threads: int
    batch: int
    seconds: float

    @property
    def how(self) -> dict[str, Any]:
        """As ``timing`` takes it."""
        return {"runtime": self.runtime, "threads": self.threads, "batch": self.batch}


class Measured(NamedTuple):
    """Rounds so far of each network, and milliseconds of its operations (empty: not measured).

    ``disturbed`` says of every round whether the app did other work meanwhile.
    """

    setting: Setting
    rounds: tuple[list[Round], list[Round]]
    operations: tuple[list[float], list[float]]
    disturbed: list[bool]


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its networks."""
    cores = this_machine().cores
    runtimes = ("torch", "onnxruntime") if find_spec("onnxruntime") else ("torch",)
    return {
        "runtime": Control(_("Runtime"), Word(runtimes, "torch")),
        "threads": Control(_("Threads"), Number(1, cores, 1)),
        "images": Control(_("Batch"), Number(1, MOST_BATCH, 1)),
        "seconds": Control(_("Seconds per network"), Number(1, MOST_SECONDS, 3)),
    }


def show(left: Config, right: Config) -> None:
    """Settings, button and results."""
    setting = _setting((left, right))
    try:
        for config in setting.configs:
            _check(config, setting.batch)
    except ConfigError as error:
        st.info(str(error))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = st.button(_("Measure"), type="primary", icon=":material/timer:")
        place = st.empty()
    if wanted:
        _measure(setting, place)
    measured = st.session_state.get(MEASURED)
    if not isinstance(measured, Measured) or measured.setting != setting:
        st.caption(_("Not measured yet with these settings."))
    elif all(measured.rounds):
        _show_measured(measured)
    else:
        st.caption(_("Stopped before both networks had one round: no result."))
    _explain()


def _setting(configs: tuple[Config, Config]) -> Setting:
    asked = parameters()
    places = st.columns(4, vertical_alignment="bottom")
    with places[0]:
        runtime = controls.choice("runtime", asked["runtime"])
    numbers = {}
    for place, name in zip(places[1:], ("threads", "images", "seconds"), strict=True):
        with place:
            numbers[name] = int(controls.number(name, asked[name]))
    return Setting(configs, runtime, numbers["threads"], numbers["images"], numbers["seconds"])


def _check(config: Config, batch: int) -> None:
    """Raise ``ConfigError`` for what a server should not compute for a page."""
    check_computed(config)
    traced = trace_config(config)
    if traced.peak_bytes(batch=1) > SENT_BYTES:
        size = size_text(config.image)
        raise ConfigError("resolution", size, _("smaller for a network of this width"))
    if traced.peak_bytes(batch=batch) > SENT_BYTES:
        raise ConfigError("batch", batch, _("smaller for so large a picture"))


def _measure(setting: Setting, place: Any) -> None:
    """Alternating rounds; results stay when the page is left or stopped."""
    measured = Measured(setting, ([], []), ([], []), [])
    st.session_state[MEASURED] = measured
    count = 2 * ROUNDS + 2
    with place.container(horizontal=True, vertical_alignment="center", key="measuring"):
        st.button(_("Stop"), icon=":material/stop:")  # any click ends this run of the page
        bar = st.progress(0.0)
    try:
        for done, step in enumerate(_steps(measured)):
            bar.progress(done / count, step)
    except WorkerError as error:
        st.warning(str(error))
    place.empty()


def _steps(measured: Measured) -> Iterator[str]:
    """Measure one network per turn and store the results; each step is named before it is taken."""
    setting = measured.setting
    how = {**setting.how, "seconds": setting.seconds / ROUNDS}
    names = _names(setting, "name")
    for number in range(ROUNDS):
        for name, config, rounds in zip(names, setting.configs, measured.rounds, strict=True):
            text = _("Round {number} of {all}: {name}")
            yield text.format(number=number + 1, all=ROUNDS, name=name)
            taken, disturbed = torch_questions.time_round(config, how)
            rounds.append(Round(**taken))
            measured.disturbed.append(disturbed)
    parts = {**setting.how, "seconds": setting.seconds / 3}
    for name, config, times in zip(names, setting.configs, measured.operations, strict=True):
        yield _("Each operation: {name}").format(name=name)
        times += torch_questions.operation_times(config, parts)


def _show_measured(measured: Measured) -> None:
    setting = measured.setting
    latencies = [
        latency_of(trace_config(config), rounds, **setting.how)
        for config, rounds in zip(setting.configs, measured.rounds, strict=True)
    ]
    fewest = min(map(len, measured.rounds))
    if fewest < ROUNDS:
        st.caption(_("Stopped after {done} of {all} rounds.").format(done=fewest, all=ROUNDS))
    if any(measured.disturbed):
        text = _(
            "The app also did other work in {count} of {all} rounds; their times may be too long."
        )
        st.caption(text.format(count=sum(measured.disturbed), all=len(measured.disturbed)))
    _show_ratio(latencies)
    _show_pair(measured, latencies)
    places = st.columns(2, gap="large")
    for index, (place, latency) in enumerate(zip(places, latencies, strict=True)):
        with place:
            _show_latency(latency)
            if measured.operations[index]:
                _show_parts(setting.configs[index], measured.operations[index], setting, index)


def _show_ratio(latencies: Sequence[Latency]) -> None:
    first, second = latencies
    st.markdown(
        _("**{second}** against {first}: **{time}** of the time, **{macs}** of the MACs.").format(
            first=first.network,
            second=second.network,
            time=percent(second.median / first.median),
            macs=percent(second.macs / first.macs),
        )
    )


def _show_pair(measured: Measured, latencies: Sequence[Latency]) -> None:
    """Both networks in one chart, which is the slide."""
    if not all(measured.operations):
        return
    from viz.charts.timing import pair_time_chart

    first, second = latencies
    setting = measured.setting
    found = [
        (name, stage_times(trace_config(config), took))
        for name, config, took in zip(
            _names(setting, "short_title"), setting.configs, measured.operations, strict=True
        )
    ]
    names = _names(setting, "name")
    title = _("{second} against {first}: {time} of the time").format(
        first=names[0], second=names[1], time=percent(second.median / first.median)
    )
    chart = pair_time_chart(found, picture.mode())
    picture.chart(chart, "timing-pair", title=title, source=_source(setting))


def _names(setting: Setting, least: str) -> list[str]:
    """Names of both networks: at least ``least`` (name or short_title), longer if equal."""
    found = {
        "name": [config.network.name for config in setting.configs],
        "short_title": [config.short_title for config in setting.configs],
        "title": [config.title for config in setting.configs],
    }
    enough = [names for key, names in found.items() if key != "name" or least == "name"]
    return next((names for names in enough if names[0] != names[1]), enough[-1])


def _source(setting: Setting) -> str:
    """Method and machine of the measurement."""
    how = _("batch {batch}, threads {threads}").format(**setting.how)
    return f"{setting.runtime}, {how} · {this_machine().text}"


def _show_latency(latency: Latency) -> None:
    st.metric(latency.network, f"{latency.median:.2f} ms")
    median = (
        _("Median of {runs:,} runs")
        if latency.runs_each == 1
        else _("Median of {samples:,} means of {each:,} runs each")
    ).format(runs=latency.runs, samples=latency.samples, each=latency.runs_each)
    spread = _("middle half {low:.2f} to {high:.2f} ms. {rate:.2f} G MACs per second.")
    values = {"low": latency.low, "high": latency.high, "rate": latency.rate / 1e9}
    st.caption(f"{median}; {spread.format(**values)}")


def _show_parts(config: Config, times: Sequence[float], setting: Setting, index: int) -> None:
    from viz.charts.timing import block_time_chart

    traced = trace_config(config)
    rows = [row._asdict() for row in block_times(traced, times, setting.batch)]
    picture.chart(
        block_time_chart(rows, picture.mode()),
        key=f"timing-{index}",
        title=_("Time by kind of operation: {network}").format(network=config.short_title),
        source=_source(setting),
    )
    if setting.runtime != "torch":
        st.caption(_("onnxruntime fuses operations, so only blocks have separate times."))
        return
    columns = {
        "kind": _("Kind"),
        "operations": _("Operations"),
        "ms": grid.number(_("ms"), format="%.3f"),
        "time_share": grid.number(_("% of time"), format="%.1f"),
        "gmacs_per_second": grid.number(_("G MACs/s"), format="%.2f"),
    }
    kinds = [row._asdict() for row in kind_times(traced, times, setting.batch)]
    # What has no MACs has no rate either.
    grid.show(
        [row | {"gmacs_per_second": row["gmacs_per_second"] or None} for row in kinds], columns
    )


def _explain() -> None:
    st.caption(
        _(
            "Measured on this machine, now: {machine}. The networks alternate in rounds, so"
            " a slowdown of the machine affects both. Weights are random, which does not "
            "change times; other work on the server does."
        ).format(machine=this_machine().text)
    )
