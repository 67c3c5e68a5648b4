"""Networks as Mermaid: a flowchart by resolution stages, and the posts' sequence diagram."""

from itertools import pairwise

from viz.facts.tables import BlockFacts, block_facts, map_size
from viz.net.trace import Trace
from viz.theme import ACTIVATION_LABELS, STYLES, Mode


def flowchart(traced: Trace, mode: Mode = "light") -> str:
    """A subgraph for each stage, a node for each block, residuals as dotted links."""
    facts = block_facts(traced)
    lines = ["---", f"title: {_quoted(traced.config.title)}", "---", "flowchart TD"]
    for stage in traced.stages:
        own = [block for block in facts if block.stage == stage]
        lines.append(f'  subgraph stage{stage}["{map_size(own[-1].out_shape)}"]')
        lines.append("    direction LR")
        lines += [f'    b{block.index}["{_label(block)}"]:::{_class(block)}' for block in own]
        lines.append("  end")
    lines += [f"  b{a.index} --> b{b.index}" for a, b in pairwise(facts)]
    lines += [f"  b{b.index - 1} -. residual .-> b{b.index}" for b in facts if b.residual]
    for kind in dict.fromkeys(map(_style, facts)):
        fill, border = STYLES[kind].colours(mode)
        ink = "#101820" if mode == "light" else "#ffffff"
        name = kind.replace("-", "")
        lines.append(f"  classDef {name} fill:{fill},stroke:{border},color:{ink}")
    return "\n".join(lines) + "\n"


def sequence(traced: Trace) -> str:
    """Blocks as participants, tensors as messages: how one of the posts draws its toy."""
    facts = block_facts(traced)
    lines = ["---", f"title: {_quoted(traced.config.title)}", "---", "sequenceDiagram"]
    lines.append("  participant input as Input")
    lines += [f"  participant b{block.index} as {block.name}" for block in facts]
    lines.append("  participant output as Output")
    names = ["input", *(f"b{block.index}" for block in facts), "output"]
    shapes = [facts[0].in_shape, *(block.out_shape for block in facts)]
    for (source, target), shape in zip(pairwise(names), shapes, strict=True):
        lines.append(f"  {source}->>{target}: {'×'.join(map(str, shape))}")
    return "\n".join(lines) + "\n"


def _style(block: BlockFacts) -> str:
    return "bneck-se" if block.kind == "bneck" and block.squeeze else block.kind


def _class(block: BlockFacts) -> str:
    return _style(block).replace("-", "")


def _label(block: BlockFacts) -> str:
    channels = [block.channels_in, block.expanded, block.channels_out]
    flow = " → ".join(str(c) for i, c in enumerate(channels) if i != 1 or c)
    kernel = f"{block.kernel}×{block.kernel}" + f" s{block.stride}" * (block.stride > 1)
    last = f"SE {block.squeeze} " * bool(block.squeeze)
    last += ACTIVATION_LABELS.get(block.activation, "")
    parts = [block.name, kernel if block.kernel else "", flow, last.strip()]
    return "<br/>".join(part for part in parts if part)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'
