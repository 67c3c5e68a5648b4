"""Tokens -> blocks: which of the family's blocks, or of others', some layers in a line are."""

from collections.abc import Sequence
from typing import NamedTuple

from viz.net.operations import Facts, Role
from viz.reading.graphs.tokens import SE, Branched, Layer, Step, Token

MOST_KERNELS = 3  # that a box names one by one


class Draft(NamedTuple):
    """A block to be: its kind, its facts, the role of each of its nodes by place, its own name."""

    kind: str
    facts: Facts
    roles: dict[int, Role]
    name: str = ""


def _roles(*pairs: tuple[Token, Role]) -> dict[int, Role]:
    return {place: role for token, role in pairs for place in token.places}


def se_roles(se: SE) -> dict[int, Role]:
    """SE's steps."""
    roles = {}
    for place in se.places[:-1]:
        if place == se.reduce:
            roles[place] = Role.REDUCE
        elif place == se.excite:
            roles[place] = Role.EXCITE
        else:
            after = Role.INNER if place < se.excite else Role.GATE
            roles[place] = Role.SQUEEZE if place < se.reduce else after
    return roles | {se.places[-1]: Role.SCALE}


def inverted(tokens: Sequence[Token], channels: int, *, skips: bool) -> tuple[Draft, int] | None:
    """The inverted residual, or a separable convolution, that a line begins with, and its length.

    ``channels`` enter; ``skips`` says that its input is added to its output.
    """
    line = list(tokens)
    expand = _take(line, "pointwise")
    depthwise = _take(line, "depthwise")
    se = line.pop(0) if line and isinstance(line[0], SE) else None
    project = _take(line, "pointwise")
    if not (depthwise and project):
        return None
    if expand and not skips and universal(tokens[1:], skips=False):
        return None  # a 1x1 convolution, and a block that starts with a depthwise one
    is_pair = expand is None and bool(project.activation) and not skips
    facts = Facts(
        kernels=(depthwise.kernel,),
        expanded=0 if is_pair else expand.out if expand else channels,
        squeeze=se.squeeze if isinstance(se, SE) else 0,
        activation=depthwise.activation or (expand or project).activation,
        stride=depthwise.stride * project.stride,
        dilation=depthwise.dilation,
        residual=skips,
    )
    roles = _roles((depthwise, Role.DEPTHWISE))
    roles |= _roles((expand, Role.EXPAND)) if expand else {}
    roles |= se_roles(se) if isinstance(se, SE) else {}
    roles |= _roles((project, Role.POINTWISE if is_pair else Role.PROJECT))
    return Draft("separable" if is_pair else "bneck", facts, roles), len(tokens) - len(line)


def universal(tokens: Sequence[Token], *, skips: bool) -> tuple[Draft, int] | None:
    """V4's inverted bottleneck with a depthwise convolution at its start, or none at all."""
    line = list(tokens)
    start = _take(line, "depthwise")
    expand = _take(line, "pointwise")
    middle = _take(line, "depthwise")
    project = _take(line, "pointwise")
    if not (expand and project) or (middle and not start):
        return None
    if not expand.activation or project.activation or (start and start.activation):
        return None
    if not (start or skips):
        return None
    kind = "extra dw" if middle else "convnext" if start else "ffn"
    facts = Facts(
        kernels=(start.kernel if start else 0, middle.kernel if middle else 0),
        expanded=expand.out,
        activation=expand.activation,
        stride=max(each.stride for each in (start, middle, expand) if each),
        dilation=max(each.dilation for each in (start, middle, expand) if each),
        residual=skips,
    )
    roles = _roles((expand, Role.EXPAND), (project, Role.PROJECT))
    roles |= _roles((start, Role.START)) if start else {}
    roles |= _roles((middle, Role.DEPTHWISE)) if middle else {}
    return Draft(kind, facts, roles), len(tokens) - len(line)


def fused(tokens: Sequence[Token], channels: int, *, skips: bool) -> tuple[Draft, int] | None:
    """A full convolution in place of expand and depthwise, and a linear 1x1 convolution."""
    line = list(tokens)
    conv, project = _take(line, "conv"), _take(line, "pointwise")
    if not (conv and project) or project.activation or not conv.activation:
        return None
    if conv.out < channels or conv.normed != project.normed:
        return None
    facts = Facts(
        kernels=(conv.kernel,),
        expanded=conv.out,
        activation=conv.activation,
        stride=conv.stride,
        dilation=conv.dilation,
        residual=skips,
        groups=conv.groups,
    )
    roles = _roles((conv, Role.EXPAND), (project, Role.PROJECT))
    return Draft("fused", facts, roles), len(tokens) - len(line)


def _take(line: list[Token], form: str) -> Layer | None:
    """The next token, where it is a layer of that form; it leaves the line."""
    if line and isinstance(line[0], Layer) and line[0].form == form:
        return line.pop(0)  # type: ignore[return-value]  # checked
    return None


def branched(token: Branched, channels: int, stride: int) -> Draft:
    """Branches: one of the family's blocks with its skip, or a region by what it is made of.

    ``channels`` enter; ``stride`` is how many times the map gets smaller.
    """
    end = {token.places[-1]: Role.ADD}
    line = [t for t in token.line if not (isinstance(t, Step) and t.kind in ("shape", "gain"))]
    loose = {
        place: Role.GAIN if t.kind == "gain" else Role.STEP
        for t in token.line
        if isinstance(t, Step)
        for place in t.places
    }
    if token.join == "add" and not token.aside:
        tries = (
            universal(line, skips=True),
            inverted(line, channels, skips=True),
            fused(line, channels, skips=True),
        )
        for found in tries:
            if found and found[1] == len(line):
                draft = found[0]
                return draft._replace(roles=loose | draft.roles | end)
    return _region(token, line, loose, stride)


def _region(token: Branched, line: Sequence[Token], loose: dict[int, Role], stride: int) -> Draft:
    layers = [t for t in line if isinstance(t, Layer)]
    gates = [t for t in line if isinstance(t, SE)]
    kernels = [layer.kernel for layer in layers]
    roles = dict.fromkeys(token.places, Role.STEP) | loose
    for layer in layers:
        roles |= _roles((layer, _role(layer)))
    for gate in gates:
        roles |= se_roles(gate)
    is_sum = token.join == "add" and not token.far
    roles |= dict.fromkeys(token.aside, Role.SHORTCUT if is_sum else Role.BRANCH)
    roles[token.places[-1]] = Role.ADD if is_sum else Role.STEP
    facts = Facts(
        kernels=tuple(kernels if len(kernels) <= MOST_KERNELS else dict.fromkeys(kernels)),
        expanded=layers[0].out if is_sum and _is_bottleneck(layers) else 0,
        squeeze=gates[0].squeeze if gates else 0,
        activation=next((layer.activation for layer in layers if layer.activation), ""),
        stride=stride,
        dilation=max((layer.dilation for layer in layers), default=1),
        residual=is_sum,
        normed=any(layer.normed for layer in layers),
        groups=next((each.groups for each in layers if _is_grouped(each)), 1),
    )
    return Draft("residual" if is_sum else "branches", facts, roles)


def _is_bottleneck(layers: Sequence[Layer]) -> bool:
    """Whether a 1x1 convolution comes first, and one width lies between it and the last layer."""
    widths = {layer.out for layer in layers[:-1]}
    return len(widths) == 1 and layers[0].form == "pointwise"


def _is_grouped(layer: Layer) -> bool:
    return layer.groups > 1 and layer.form != "depthwise"


def _role(layer: Layer) -> Role:
    roles = {"depthwise": Role.DEPTHWISE, "pointwise": Role.POINTWISE}
    return roles.get(layer.form, Role.CONV)


def as_v4_says(drafts: Sequence[Draft]) -> list[Draft]:
    """V4 calls the inverted residual IB, beside its blocks with a depthwise convolution first."""
    if not any(draft.kind in ("extra dw", "ffn") for draft in drafts):
        return list(drafts)
    return [
        draft._replace(kind="ib", facts=draft.facts._replace(kernels=(0, *draft.facts.kernels)))
        if draft.kind == "bneck" and not draft.facts.squeeze
        else draft
        for draft in drafts
    ]


def layer_alone(layer: Layer, kind: str, role: Role) -> Draft:
    """One layer as a block: stem, conv, last conv, head or classifier."""
    is_map = layer.form != "vector"
    facts = Facts(
        kernels=(layer.kernel,) if is_map and kind in ("stem", "conv", "last conv") else (),
        activation=layer.activation,
        stride=layer.stride,
        dilation=layer.dilation,
        normed=layer.normed,
        groups=layer.groups if kind in ("conv", "stem", "last conv") else 1,
    )
    return Draft(kind, facts, _roles((layer, role)))
