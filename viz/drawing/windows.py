"""The windows of a convolution over one side of a map, under two rules of padding."""

from collections.abc import Sequence

from viz.drawing.board import MARGIN, TITLE_HEIGHT
from viz.drawing.look import Look
from viz.drawing.painter import draw_legend, draw_title
from viz.drawing.scene import Box, Scene, words
from viz.lessons.windows import Windows
from viz.theme import PALETTES, STYLES, Mode

SIZE = (1920, 760)
LARGEST_PIXEL = 150.0
LABEL_WIDTH = 260.0
BAR_ROOM = 150.0
LEAST_NUMBERED = 34.0
LEAST_NAMED = 56.0


def windows_scene(rules: Sequence[tuple[str, Windows]], look: Look) -> Scene:
    """A strip of pixels for each rule, with a bar above it for each window."""
    scene = Scene(SIZE, look.mode)
    scene.ground(filled=look.background)
    first = rules[0][1]
    counts = " and ".join(dict.fromkeys(str(windows.out) for _, windows in rules))
    title = f"{first.size} pixels, kernel {first.kernel}, stride {first.stride}"
    title += f", dilation {first.dilation}" if first.dilation > 1 else ""
    draw_title(scene, title, f"{counts} windows")
    draw_legend(scene, _legend(look.mode), look.noted("bars: one window per output"))
    widest = max(windows.padded for _, windows in rules)
    pixel = min(LARGEST_PIXEL, (SIZE[0] - LABEL_WIDTH - 2 * MARGIN) / widest)
    room = (SIZE[1] - TITLE_HEIGHT - 80) / len(rules)
    for index, (name, windows) in enumerate(rules):
        top = SIZE[1] - TITLE_HEIGHT - 30 - index * room
        _strip(scene, f"rule-{index}", name, windows, pixel, top)
    return scene


def _legend(mode: Mode) -> list[tuple[str, str, str]]:
    palette = PALETTES[mode]
    return [
        ("pixel", *STYLES["pointwise"].colours(mode)),
        ("padding", *STYLES["norm"].colours(mode)),
        ("covered by no window", palette.paper, palette.marked),
    ]


def _strip(scene: Scene, key: str, name: str, windows: Windows, pixel: float, top: float) -> None:
    bars, middle = top - BAR_ROOM, top - BAR_ROOM - pixel / 2 - 6
    scene.text(f"{key}-name", name, MARGIN + 4, middle + 15, 24, bold=True)
    padding = f"padding {windows.before} + {windows.after} → {windows.out}"
    scene.text(f"{key}-padding", padding, MARGIN + 4, middle - 17, 22, muted=True)
    for position in range(windows.padded):
        _pixel(scene, key, windows, position, pixel, middle)
    levels = -(-windows.reach // windows.stride)
    height = min(26.0, BAR_ROOM / (levels + 1))
    for number, start in enumerate(windows.starts):
        level = number % levels
        y = bars + 14 + level * (height + 4) + height / 2
        _window(scene, f"{key}-window-{number}", windows, start, (pixel, y, height))


def _window(
    scene: Scene, key: str, windows: Windows, start: int, place: tuple[float, float, float]
) -> None:
    """A bar over what the window reads; with dilation a thin one that links its pieces."""
    pixel, y, height = place
    colours = STYLES["activation"].colours(scene.mode)
    middle = LABEL_WIDTH + (start + windows.reach / 2) * pixel
    bar = Box(middle, y, windows.reach * pixel - 8, height if windows.dilation == 1 else height / 4)
    scene.shape(key, bar, *colours, "bar")
    for tap in windows.taps(start) if windows.dilation > 1 else ():
        box = Box(LABEL_WIDTH + (tap + 0.5) * pixel, y, pixel - 8, height)
        scene.shape(f"{key}-tap-{tap}", box, *colours, "tap")


def _pixel(
    scene: Scene, key: str, windows: Windows, position: int, pixel: float, middle: float
) -> None:
    index = position - windows.before
    inside = 0 <= index < windows.size
    fill, border = STYLES["pointwise" if inside else "norm"].colours(scene.mode)
    if not windows.seen(position):
        fill, border = PALETTES[scene.mode].paper, PALETTES[scene.mode].marked
    box = Box(LABEL_WIDTH + (position + 0.5) * pixel, middle, pixel - 4, pixel - 4)
    text = _pixel_text(index, pixel, inside=inside)
    classes = "cell pixel" + ("" if windows.seen(position) else " missed")
    lines = (words(text),) if text else ()
    scene.box(f"{key}-{position}", box, (fill, border), lines, 22, classes=classes)


def _pixel_text(index: int, pixel: float, *, inside: bool) -> str:
    if inside:
        return str(index) if pixel >= LEAST_NUMBERED else ""
    return "pad" if pixel >= LEAST_NAMED else ""
