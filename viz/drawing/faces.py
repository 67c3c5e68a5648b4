"""Picture of the four variants of the universal bottleneck: a row per variant, a box per step."""

from collections.abc import Sequence

from viz.drawing.look import Look
from viz.drawing.painter import draw_title
from viz.drawing.scene import Box, Scene, words
from viz.lessons.universal import Face
from viz.net.operations import Operation, Role
from viz.text import short_count
from viz.theme import STYLES

SIZE = (1920, 780)
LABELS = 270.0
HEAD = 128.0
STEPS = {
    Role.START: "start depthwise",
    Role.EXPAND: "expand",
    Role.DEPTHWISE: "middle depthwise",
    Role.PROJECT: "project",
    Role.ADD: "add",
}
BOX = (270.0, 108.0)


def faces_scene(faces: Sequence[Face], chosen: str, look: Look) -> Scene:
    """Steps from left to right; ``chosen`` names the framed variant."""
    scene = Scene(SIZE, look.mode)
    scene.ground(filled=look.background)
    shape = faces[0].block.in_shape
    size = "×".join(map(str, shape))
    draw_title(scene, "One block, four variants", look.noted(f"on a map of {size}"))
    for role, name in STEPS.items():
        scene.centred(f"step-{role}", name, _x(role), SIZE[1] - HEAD + 24, 24, muted=True)
    for number, face in enumerate(faces):
        _draw_face(scene, face, number, len(faces), framed=face.name == chosen)
    return scene


def _x(role: Role) -> float:
    pitch = (SIZE[0] - LABELS) / len(STEPS)
    return LABELS + (list(STEPS).index(role) + 0.5) * pitch


def _draw_face(scene: Scene, face: Face, number: int, count: int, *, framed: bool) -> None:
    pitch = (SIZE[1] - HEAD - 10) / count
    y = SIZE[1] - HEAD - (number + 0.5) * pitch
    told = (
        f"{short_count(face.params)} parameters",
        f"{short_count(face.macs)} MACs",
        f"receptive field {face.receptive_field}×{face.receptive_field}",
    )
    scene.text(f"{face.name}-name", face.name, 20, y + 44, 28, bold=True)
    for line, text in enumerate(told):
        scene.text(f"{face.name}-{line}", text, 20, y + 13 - 28 * line, 22, muted=True)
    before = ""
    for role in STEPS:
        op = face.step(role)
        if op is None:
            continue
        key = f"{face.name}-{role}"
        _draw_step(scene, key, op, Box(_x(role), y, *BOX), face, framed=framed)
        if before:
            start = _x(Role(before.partition("-")[2])) + BOX[0] / 2
            scene.edge(before, key, [(start, y), (_x(role) - BOX[0] / 2, y)])
        before = key


def _draw_step(
    scene: Scene, key: str, op: Operation, box: Box, face: Face, *, framed: bool
) -> None:
    style = STYLES[op.kind]
    flow = f"{op.in_shape[0]} → {op.out_shape[0]}"
    after = "linear" if op.role in (Role.START, Role.PROJECT) else "ReLU"
    texts = ["input + output"] if op.kind == "add" else [flow, f"{op.kernel}×{op.kernel}, {after}"]
    scene.box(
        key,
        box,
        style.colours(scene.mode),
        tuple(words(text) for text in texts),
        24,
        classes="cell step",
        tooltip=f"{face.name}, {op.role}: {flow}",
        framed=framed,
    )
