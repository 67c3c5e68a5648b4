"""Picture of two residual blocks: tensors as bars, width by channels."""

from collections.abc import Sequence

from viz.drawing.look import Look
from viz.drawing.painter import draw_legend, draw_title
from viz.drawing.scene import Box, Scene, words
from viz.lessons.residual import ResidualBlock, Step
from viz.net import cost
from viz.net.operations import Shape
from viz.text import fits, short_count, text_width
from viz.theme import STYLES

SIZE = (1920, 740)
END_Y = 92.0
BAR_HEIGHT = 52.0
WIDEST_BAR = 620.0
NARROWEST_BAR = 10.0
LABEL = 24


def residual_scene(blocks: Sequence[ResidualBlock], look: Look) -> Scene:
    """A column for each block, from input (top) to output; widths to one scale."""
    scene = Scene(SIZE, look.mode)
    scene.ground(filled=look.background)
    most = max(shape[0] for block in blocks for shape in _tensors(block))
    width = SIZE[0] / len(blocks)
    for index, block in enumerate(blocks):
        area = (index * width, width)
        cost = f"{short_count(block.params)} parameters · {short_count(block.macs)} MACs"
        draw_title(scene, block.name, cost, area, f"{index}-")
        _Column(scene, block, f"{index}-", index * width + width / 2 + 40, WIDEST_BAR / most).draw()
    legend = (
        ("tensor", *STYLES["pointwise"].colours(look.mode)),
        ("input and output of the depthwise convolution", *STYLES["depthwise"].colours(look.mode)),
        ("residual", "", ""),
    )
    draw_legend(scene, legend, look.noted("bar width: channels"))
    return scene


def _tensors(block: ResidualBlock) -> list[Shape]:
    return [block.in_shape, *(step.out_shape for step in block.steps)]


class _Column:
    """Draws one block around the vertical line ``x``; ``scale`` is pixels per channel."""

    def __init__(
        self, scene: Scene, block: ResidualBlock, prefix: str, x: float, scale: float
    ) -> None:
        self.scene, self.block, self.prefix, self.x, self.scale = scene, block, prefix, x, scale
        self.steps = block.steps
        stations = len(self.steps) + 2
        self.top = SIZE[1] - 108.0
        self.pitch = (self.top - END_Y) / (stations - 1)

    def draw(self) -> None:
        """Draw tensors, the steps between them, and the shortcut."""
        for index, shape in enumerate(_tensors(self.block)):
            self._tensor(index, shape)
        for index, step in enumerate(self.steps):
            self._step(index, step)
        self._end()

    def _y(self, index: int) -> float:
        return self.top - index * self.pitch

    def _tensor(self, index: int, shape: Shape) -> None:
        width = max(shape[0] * self.scale, NARROWEST_BAR)
        text = "×".join(map(str, shape))
        inside = fits(text, LABEL, width - 12, bold=True)
        box = Box(self.x, self._y(index), width, BAR_HEIGHT)
        deep = 0 < index < len(self.steps) and any(
            step.depthwise for step in self.steps[index - 1 : index + 1]
        )
        colours = STYLES["depthwise" if deep else "pointwise"].colours(self.scene.mode)
        lines = (words(text),) if inside else ()
        key = f"{self.prefix}tensor-{index}"
        self.scene.box(key, box, colours, lines, LABEL, classes="cell tensor", tooltip=text)
        if not inside:
            self.scene.text(f"{key}-text", text, box.right + 12, box.y, LABEL, bold=True)

    def _step(self, index: int, step: Step) -> None:
        start, end = self._y(index) - BAR_HEIGHT / 2, self._y(index + 1) + BAR_HEIGHT / 2
        names = [f"{self.prefix}tensor-{i}" for i in (index, index + 1)]
        self.scene.edge(names[0], names[1], [(self.x, start), (self.x, end)])
        label = f"{step.kernel}×{step.kernel}" + " depthwise" * step.depthwise
        label += f" s{step.stride}" * (step.stride > 1)
        text = f"{label}, {step.activation} · {short_count(step.macs)} MACs"
        key = f"{self.prefix}step-{index}"
        self.scene.text(key, text, self.x + 18, (start + end) / 2, 22, muted=True)

    def _end(self) -> None:
        """The addition or the end of the block, with the shortcut on the left."""
        last = len(self.steps)
        y = self._y(last + 1)
        joined = bool(self.block.shortcut)
        after = f", {self.block.last}" if self.block.last else ""
        text = f"add{after}" if joined else "output, no shortcut"
        width = text_width(text, LABEL, bold=True) + 36
        kind = "add" if joined else "input"
        end = f"{self.prefix}end"
        colours = STYLES[kind].colours(self.scene.mode)
        box = Box(self.x, y, width, 42)
        self.scene.box(end, box, colours, (words(text),), LABEL, classes="cell end")
        route = [(self.x, self._y(last) - BAR_HEIGHT / 2), (self.x, box.top)]
        self.scene.edge(f"{self.prefix}tensor-{last}", end, route)
        if joined:
            self._shortcut(end, box)

    def _shortcut(self, end: str, box: Box) -> None:
        lane = self.x - WIDEST_BAR / 2 - 50
        left = self.x - max(self.block.in_shape[0] * self.scale, NARROWEST_BAR) / 2
        route = [(left, self._y(0)), (lane, self._y(0)), (lane, box.y), (box.left, box.y)]
        source = f"{self.prefix}tensor-0"
        self.scene.edge(source, end, route, "skip residual", residual=True)
        text = self.block.shortcut
        if self.block.projection:
            conv = self.block.projection[0]
            stride = f" s{conv.stride}" if conv.stride > 1 else ""
            text = f"1×1{stride} · {short_count(cost.macs(conv))} MACs"
        self.scene.text(f"{self.prefix}shortcut", text, lane + 14, box.y + 18, 22, muted=True)
