"""The player: convolutions that slide over small maps, step by step, by mouse and by keyboard."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

from viz.lessons.convolution import LIMITS
from viz.lessons.player import LARGEST, Lane, steps
from viz.net.fields import Number
from viz.theme import PALETTES, STYLES, Mode
from viz.ui import lesson, picture, query, selection, slides
from viz.ui.translate import _

MOST_STEPS = LIMITS["n"][1] * LARGEST**2  # a value a step
RATES = (1, 5, 25)  # steps per second
WHOLE = 20  # seconds for all steps, where these are many
PATIENCE = 40  # seconds that all steps take at most at the rate that is chosen first
_SCRIPTS = ("player-drawing.js", "player.js")
_HTML = """
<div class="player" tabindex="0" role="group">
  <p class="caption"></p>
  <div class="bar">
    <span class="buttons">
      <button type="button">«</button><button type="button">‹</button>
      <button type="button" class="play">▶</button>
      <button type="button">›</button><button type="button">»</button>
    </span>
    <input type="range" min="1" step="1">
    <span class="ends"><select></select><span class="step"></span></span>
  </div>
  <div class="bars"></div>
  <div class="stage"><svg aria-hidden="true"></svg></div>
  <div class="foot"><p class="told" aria-live="polite"></p><span class="keys"></span></div>
  <span class="source"></span>
</div>
"""


@dataclass(frozen=True, slots=True)
class Track:
    """A lane with its words: above it, below its volumes, and in its bar.

    ``words`` tell a step, with {filter}, {row}, {column} and {value}. ``share`` is what stands in
    its part of the bar. ``follows`` is the lane whose output it reads.
    """

    lane: Lane
    title: str
    inputs: str
    outputs: str
    words: str
    share: str = ""
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of what is done, of one track or of several in turn."""

    label: str
    tracks: tuple[int, ...]


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "atlas_player",
        html=_HTML,
        css=(picture.ASSETS / "player.css").read_text(encoding="utf-8"),
        js="".join((picture.ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS),
    )


def step_field() -> Number:
    """What a link may say of a step."""
    return Number(1, MOST_STEPS, 1)


def show(
    tracks: Sequence[Track],
    lines: Sequence[Sequence[int]],
    bars: Sequence[Bar],
    *,
    name: str,
    label: str,
    setting: str,
    source: str,
    costs: bool = True,
) -> None:
    """Play ``tracks``, in ``lines`` below each other; on a slide on the whole screen.

    ``name`` is the step's in the URL. ``label`` says what is played to those who cannot see it;
    another ``setting`` is another play. The bars count multiplications, or windows without
    ``costs``.
    """
    last = steps([track.lane for track in tracks])
    wanted = query.value_of(name, step_field())
    assert isinstance(wanted, int)  # as its field says
    key = f"{name}-player"

    def stepped() -> None:
        at = st.session_state[key].at
        if isinstance(at, int):
            selection.put(name, min(max(at, 1), last))

    over = slides.claim(key)
    mode = picture.mode()
    data = {
        "setting": f"{name} {setting}",
        "mode": mode,
        "label": label,
        "source": source,
        "slide": over,
        "at": min(wanted, last),
        "steps": last,
        "lanes": [_lane(track, mode, costs=costs) for track in tracks],
        "lines": lines,
        "bars": [] if lesson.hides() else _bars(bars),
        "colours": _colours(mode),
        "labels": _labels(costs=costs),
        **_speeds(last),
    }
    with st.container(key=slides.OVER) if over else nullcontext():
        _component()(data=data, key=key, on_at_change=stepped)


def _bars(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    return [{"label": bar.label, "lanes": bar.tracks} for bar in bars]


def _speeds(last: int) -> dict[str, Any]:
    rates = [(_("{count} per second").format(count=rate), float(rate)) for rate in RATES]
    if last / WHOLE > RATES[-1]:
        rates.append((_("All in {seconds} s").format(seconds=WHOLE), last / WHOLE))
    fast = [index for index, (_text, rate) in enumerate(rates) if last / rate <= PATIENCE]
    return {"speeds": rates, "speed": fast[0]}


def _labels(*, costs: bool) -> Mapping[str, str]:
    return {
        "first": _("First step"),
        "back": _("Step back"),
        "next": _("Step"),
        "last": _("Last step"),
        "play": _("Play"),
        "pause": _("Pause"),
        "step": _("Step"),
        "speed": _("Speed"),
        "of": _("Step {step} of {steps}"),
        "keys": _("Click the player, then: space plays, ← → step, + − speed"),
        "window": _("window"),
        "kernel": _("kernel"),
        "products": _("products"),
        "sum": _("sum"),
        "rest": _("{count} more maps"),
        "unit": _("multiplications") if costs else _("windows"),
    }


def _colours(mode: Mode) -> dict[str, str]:
    palette = PALETTES[mode]
    return {
        "positive": STYLES["pointwise"].colours(mode)[1],
        "negative": STYLES["linear"].colours(mode)[1],
        "accent": STYLES["activation"].colours(mode)[1],
        "marked": palette.marked,
        "muted": palette.muted,
        "line": STYLES["norm"].colours(mode)[1],
        "track": palette.band,
    }


def _lane(track: Track, mode: Mode, *, costs: bool) -> dict[str, Any]:
    """A lane as the script has it."""
    lane, windows = track.lane, track.lane.windows
    separate = lane.by_position
    read = [lane.read_by(n) for n in range(len(lane.kernels))]
    found = {
        "title": track.title,
        "inLabel": track.inputs,
        "outLabel": track.outputs,
        "words": track.words,
        "share": track.share,
        "colour": STYLES[lane.kind].colours(mode)[1],
        "maps": lane.maps,
        "kernels": lane.kernels,
        "sums": lane.sums,
        "out": lane.out,
        "read": read,
        "separate": separate,
        "shown": len(lane.maps) if separate else len(read[0]),
        "reads": lane.channels if separate else lane.channels // lane.groups,
        "channels": lane.channels,
        "filters": lane.filters,
        "values": lane.values,
        "each": lane.products if costs else 1,
        "begin": lane.begin,
        "perStep": lane.per_step,
        "byPosition": lane.by_position,
        "size": windows.size,
        "before": windows.before,
        "after": windows.after,
        "kernel": windows.kernel,
        "dilation": windows.dilation,
        "windows": windows.out,
        "starts": windows.starts,
        "seen": [windows.seen(position) for position in range(windows.padded)],
        "largestIn": _largest(lane.maps),
        "largestWeight": max(_largest(each) for each in lane.kernels),
        "largestOut": _largest([lane.out]),
    }
    return found if track.follows is None else {**found, "follows": track.follows}


def _largest(maps: Sequence[Sequence[Sequence[int]]]) -> int:
    return max((abs(value) for each in maps for row in each for value in row), default=1) or 1
