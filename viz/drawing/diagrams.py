"""Trace -> picture, at three levels of detail.

* ``network``: a row for each resolution stage, a box for each block; fits one slide.
* ``block``: a box for each unit of a block (expand, depthwise, SE, project, add).
* ``operation``: a row for each unit, a box for each operation, with tensor shapes.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Unpack, get_args

from viz.drawing.arena import arena_scene
from viz.drawing.board import Board, fits_board
from viz.drawing.branches import branches_scene
from viz.drawing.convolution import convolution_board
from viz.drawing.details import operation_board, unit_board
from viz.drawing.engine import Diagram
from viz.drawing.faces import faces_scene
from viz.drawing.folding import PAIR, Plan
from viz.drawing.heat import Entry
from viz.drawing.ideas import ideas_scene
from viz.drawing.look import Look
from viz.drawing.network import lines_needed, network_board, one_entry_each, planned_board
from viz.drawing.painter import BEHIND, board_scene, boards_scene
from viz.drawing.patches import patches_scene
from viz.drawing.residual import residual_scene
from viz.drawing.scene import Shape
from viz.drawing.windows import windows_scene
from viz.facts.arena import Arena
from viz.facts.patches import Patches
from viz.lessons.branches import Folded, Step
from viz.lessons.convolution import ConvolutionCost
from viz.lessons.residual import ResidualBlock
from viz.lessons.universal import Face
from viz.lessons.windows import Windows
from viz.net.choices import Choices
from viz.net.fields import ConfigError
from viz.net.trace import Trace, trace
from viz.net.zoo import Network

Level = Literal["network", "block", "operation"]

LEVELS: tuple[str, ...] = get_args(Level)
HALF_SLIDE = (960, 1080)
MANY_ENTRIES, MOST_ENTRIES = 6, 8  # of a legend, which leave little room for a note


def diagram(
    variant: str | Network | Trace,
    *,
    level: Level = "network",
    block: int | None = None,
    **chosen: Unpack[Choices],
) -> Diagram:
    """Draw one network of the zoo, or a trace; further arguments as for ``viz.trace``.

    ``block`` chooses one block at the levels ``block`` and ``operation``; without it all are drawn.
    At the level ``network`` equal neighbours that are folded into one box are opened for it.
    Raises ``ConfigError``.
    """
    traced = variant if isinstance(variant, Trace) and not chosen else None
    return draw(traced or trace(variant, **chosen), level, block)  # type: ignore[arg-type]


def draw(
    traced: Trace, level: Level = "network", block: int | None = None, look: Look | None = None
) -> Diagram:
    """Draw a trace."""
    look = look or Look()
    if level not in LEVELS:
        raise ConfigError("level", level, "one of " + ", ".join(LEVELS))
    last = len(traced.blocks) - 1
    if block is not None and not 0 <= block <= last:
        raise ConfigError("block", block, f"a whole number from 0 to {last}")
    if level == "network":
        look = replace(look, opened=block)
        return Diagram(
            board_scene(network_board(traced, look), look.mode, background=look.background)
        )
    blocks = range(last + 1) if block is None else [block]
    make = unit_board if level == "block" else operation_board
    return Diagram(board_scene(make(traced, blocks, look), look.mode, background=look.background))


def is_folded(picture: Diagram, block: int) -> bool:
    """Whether a network's picture draws a block in one box with its equal neighbours."""
    keys = {item.key for item in picture.scene.items if isinstance(item, Shape)}
    return f"block-{block}" not in keys or f"block-{block}{BEHIND}1" in keys


def draw_pair(left: Trace, right: Trace, looks: tuple[Look, Look]) -> Diagram:
    """Two networks beside each other on one slide, stage by stage at the same height."""
    for plan in PAIR:
        boards = _pair_boards((left, right), looks, plan)
        if all(map(fits_board, boards)):
            break
    ordered = _common_legend(boards)
    crowded = bool(looks[0].source) or len(ordered) > MANY_ENTRIES
    marked = f"underlined: differs · framed: {'no match' if crowded else 'no counterpart'}"
    note = looks[0].noted("framed: no match" if len(ordered) > MOST_ENTRIES else marked)
    boards[0] = replace(boards[0], legend=tuple(ordered), legend_note=note)
    return Diagram(boards_scene(boards, looks[0].mode, background=looks[0].background))


def _common_legend(boards: Sequence[Board]) -> list[Entry]:
    """The legends of boards as one: kinds of one colour share an entry, residuals come last."""
    both = list(dict.fromkeys(entry for board in boards for entry in board.legend))
    kinds = [entry for entry in both if entry[0] != "residual"]
    parts = [(part, fill, line) for label, fill, line in kinds for part in label.split(" / ")]
    return [*one_entry_each(parts), *(entry for entry in both if entry[0] == "residual")]


def draw_half(traced: Trace, look: Look) -> Diagram:
    """One network on half a slide, to stand beside something else."""
    for plan in (*(plan._replace(names=True) for plan in PAIR), *PAIR):
        needed = lines_needed([(traced, look)], plan)
        board = planned_board(traced, look, plan, size=HALF_SLIDE, lines_per_stage=needed)
        if fits_board(board):
            break
    board = replace(board, legend=())  # boxes say their kind
    return Diagram(board_scene(board, look.mode, background=look.background))


def _pair_boards(traces: tuple[Trace, Trace], looks: tuple[Look, Look], plan: Plan) -> list[Board]:
    """A board for each half of the slide."""
    sides = list(zip(traces, looks, strict=True))
    needed = lines_needed(sides, plan)
    return [
        replace(
            planned_board(side, look, plan, size=HALF_SLIDE, lines_per_stage=needed),
            offset=index * HALF_SLIDE[0],
            prefix=("left-", "right-")[index],
        )
        for index, (side, look) in enumerate(sides)
    ]


def draw_blocks(sides: Sequence[tuple[Trace, int]], look: Look) -> Diagram:
    """One block of each trace, operation by operation, beside each other."""
    boards = [operation_board(traced, [block], look) for traced, block in sides]
    height = max(board.size[1] for board in boards)
    placed = [
        replace(
            board,
            size=(board.size[0], height),
            offset=index * board.size[0],
            prefix=f"{index}-",
        )
        for index, board in enumerate(boards)
    ]
    legend = dict.fromkeys(entry for board in boards for entry in board.legend)
    placed[0] = replace(placed[0], legend=tuple(legend))
    return Diagram(boards_scene(placed, look.mode, background=look.background))


def draw_convolution(costs: ConvolutionCost, look: Look) -> Diagram:
    """Maps and filters of a standard and of a depthwise separable convolution."""
    board = convolution_board(costs, look.mode)
    board = replace(board, legend_note=look.noted(board.legend_note))
    return Diagram(board_scene(board, look.mode, background=look.background))


def draw_arena(arena: Arena, traced: Trace, look: Look, room: int = 0) -> Diagram:
    """Every tensor of an arena over its life; ``room`` bytes are what a board has for them."""
    return Diagram(arena_scene(arena, traced.blocks, look, room))


def draw_patches(patches: Patches, traced: Trace, look: Look) -> Diagram:
    """The picture cut into pieces, and what of each block they compute."""
    return Diagram(patches_scene(patches, traced, look))


def draw_windows(rules: Sequence[tuple[str, Windows]], look: Look) -> Diagram:
    """Where windows fall along one side of a map, a strip for each named rule of padding."""
    return Diagram(windows_scene(rules, look))


def draw_residuals(blocks: Sequence[ResidualBlock], look: Look) -> Diagram:
    """Residual blocks beside each other, tensors as wide as they have channels."""
    return Diagram(residual_scene(blocks, look))


def draw_branches(step: Step, parts: Sequence[Folded], shown: int, look: Look) -> Diagram:
    """Branches as kernels, the first ``shown`` of them added."""
    return Diagram(branches_scene(step, parts, shown, look))


def draw_faces(faces: Sequence[Face], chosen: str, look: Look) -> Diagram:
    """The four variants of V4's block; ``chosen`` names the framed one."""
    return Diagram(faces_scene(faces, chosen, look))


def draw_ideas(look: Look) -> Diagram:
    """The family tree: which network introduced or adopted which idea."""
    return Diagram(ideas_scene(look))


__all__ = [
    "LEVELS",
    "Diagram",
    "Level",
    "Look",
    "diagram",
    "draw",
    "draw_blocks",
    "draw_branches",
    "draw_convolution",
    "draw_faces",
    "draw_half",
    "draw_ideas",
    "draw_pair",
    "draw_residuals",
    "draw_windows",
]
