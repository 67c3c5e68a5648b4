"""The family tree as a map: a line for each idea, a station where a network uses it."""

from viz.drawing.look import Look
from viz.drawing.painter import draw_title
from viz.drawing.scene import NONE, Box, Scene, words
from viz.lessons.family import IDEAS, MEMBERS, NEW, SHORT, Idea, year_of
from viz.theme import AMBER, BLUE, GREEN, ORANGE, PALETTES, PURPLE, ROSE, TEAL, Tint

SIZE = (1920, 800)
LABELS = 300.0  # width of the ideas' names
HEAD = 150.0  # height of the title and the names of networks
STATION = (176.0, 54.0)
RAIL = 6.0
TEXT = 24
TINTS: tuple[Tint, ...] = (GREEN, BLUE, AMBER, ORANGE, PURPLE, ROSE, TEAL)


def ideas_scene(look: Look) -> Scene:
    """Networks from left to right by year, ideas from top to bottom by age."""
    scene = Scene(SIZE, look.mode)
    scene.ground(filled=look.background)
    draw_title(scene, "Which network introduced what", "filled: introduced here")
    for key in MEMBERS:
        scene.centred(f"name-{key}", SHORT[key], _x(key), SIZE[1] - HEAD + 44, 28)
        scene.centred(
            f"year-{key}", f"{year_of(key)}", _x(key), SIZE[1] - HEAD + 12, 22, muted=True
        )
    for row, (idea, tint) in enumerate(zip(IDEAS, TINTS, strict=True)):
        _draw_idea(scene, idea, _y(row), tint)
    return scene


def network_at(station: str) -> str:
    """The network whose station has this identifier."""
    return max((key for key in MEMBERS if station.endswith(f"-{key}")), key=len)


def _x(key: str) -> float:
    pitch = (SIZE[0] - LABELS) / len(MEMBERS)
    return LABELS + (MEMBERS.index(key) + 0.5) * pitch


def _y(row: int) -> float:
    pitch = (SIZE[1] - HEAD) / len(IDEAS)
    return SIZE[1] - HEAD - (row + 0.5) * pitch


def _draw_idea(scene: Scene, idea: Idea, y: float, tint: Tint) -> None:
    fill, border = tint.light if scene.mode == "light" else tint.dark
    scene.text(f"idea-{idea.name}", idea.name, 20, y, TEXT, bold=True)
    xs = [_x(key) for key in idea.taken]
    rail = Box((xs[0] + xs[-1]) / 2, y, max(xs[-1] - xs[0], RAIL), RAIL)
    scene.shape(f"rail-{idea.name}", rail, border, NONE, "rail")
    for key, source in idea.taken.items():
        is_new = source == NEW
        text = "new" if is_new else f"from {source}"
        box = Box(_x(key), y, *STATION)
        paper = PALETTES[scene.mode].paper
        scene.box(
            f"{idea.name}-{key}",
            box,
            (fill if is_new else paper, border),
            (words(text),),
            22,
            classes="cell station clickable",
            tooltip=f"{SHORT[key]}: {idea.name}, {text}",
        )
