"""Networks as Mermaid: a flowchart by resolution stages, and the posts' sequence diagram."""

import json
import re
from itertools import pairwise

from viz.activations import label_of
from viz.facts.tables import BlockRow, block_rows, kernels_text, map_size, shape_text
from viz.net.trace import Trace
from viz.text import printable
from viz.theme import Mode, text_on

_ODD = re.compile(r"[^\w ,.:+=()/×→–-]")  # in names of blocks; all else has no meaning in Mermaid
PERCENT = r"\x25"


def flowchart(traced: Trace, mode: Mode = "light") -> str:
    """A subgraph for each stage, a node for each block, residuals as dotted links."""
    facts = block_rows(traced)
    lines = [*_front(traced), "flowchart TD"]
    for stage in traced.stages:
        own = [block for block in facts if block.stage == stage]
        lines.append(f'  subgraph stage{stage}["{map_size(own[-1].out_shape)}"]')
        lines.append("    direction LR")
        lines += [f'    b{block.block}["{_label(block)}"]:::{_class(block)}' for block in own]
        lines.append("  end")
    lines += [f"  b{a.block} --> b{b.block}" for a, b in pairwise(facts)]
    lines += [f"  b{b.block - 1} -. residual .-> b{b.block}" for b in facts if b.residual]
    for name, style in {_class(block): block.style for block in facts}.items():
        fill, border = style.colours(mode)
        lines.append(f"  classDef {name} fill:{fill},stroke:{border},color:{text_on(fill)}")
    return "\n".join(lines) + "\n"


def sequence(traced: Trace) -> str:
    """Sequence diagram with blocks as participants and tensors as messages, as in post 000."""
    facts = block_rows(traced)
    lines = [*_front(traced), "sequenceDiagram"]
    lines.append("  participant input as Input")
    lines += [f"  participant b{block.block} as {_safe(block.name)}" for block in facts]
    lines.append("  participant output as Output")
    names = ["input", *(f"b{block.block}" for block in facts), "output"]
    shapes = [facts[0].in_shape, *(block.out_shape for block in facts)]
    for (source, target), shape in zip(pairwise(names), shapes, strict=True):
        lines.append(f"  {source}->>{target}: {shape_text(shape)}")
    return "\n".join(lines) + "\n"


def _class(block: BlockRow) -> str:
    """A name for the style, of letters only."""
    return "".join(sign for sign in block.style.label if sign.isalpha())


def _label(block: BlockRow) -> str:
    channels = [block.channels_in, block.expanded, block.channels_out]
    flow = " → ".join(str(c) for i, c in enumerate(channels) if i != 1 or c)
    kernel = kernels_text(block.kernels) + f" s{block.stride}" * (block.stride > 1)
    kernel += f" d{block.dilation}" * (block.dilation > 1)
    last = f"SE {block.squeeze} " * bool(block.squeeze)
    last += label_of(block.activation)
    parts = [_safe(block.name), kernel if block.kernels else "", flow, last.strip()]
    return "<br/>".join(part for part in parts if part)


def _front(traced: Trace) -> list[str]:
    """The title as YAML, with nothing in it that begins a directive of Mermaid's."""
    title = json.dumps(printable(traced.config.title), ensure_ascii=False)
    return ["---", f"title: {title.replace('%', PERCENT)}", "---"]


def _safe(text: str) -> str:
    """A name in a label or as a participant's: whatever is not plain is written by its number."""
    return _ODD.sub(lambda sign: f"#{ord(sign[0])};", printable(text))
