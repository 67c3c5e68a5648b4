"""A graph's line of tokens -> its blocks, each with the facts that a paper's row states."""

from collections.abc import Sequence
from typing import NamedTuple

from viz.activations import ACTIVATIONS
from viz.net.kinds import KINDS
from viz.net.operations import Block, Facts, Role, Shape
from viz.reading.graphs.operations import title_of
from viz.reading.graphs.shapes import (
    Draft,
    as_v4_says,
    branched,
    fused,
    inverted,
    layer_alone,
    se_roles,
    universal,
)
from viz.reading.graphs.tokens import SE, Branched, Layer, Step, Token, tokens_of
from viz.reading.graphs.wiring import Wiring

LONGEST_LINE = 6  # tokens of the longest block
RESCALES = ("scalar", "gain", "norm", "shape")  # an image before the first layer
# The role of what waited for a block, by that of its first layer; a norm's otherwise.
BEFORE = {Role.CLASSIFIER: Role.CLASSIFIER, Role.HEAD: Role.HEAD, Role.STEM: Role.STEP}
BEHIND = ("activation", "shape", "flatten", "dropout", "gain", "scalar")
OUTPUTS = ("softmax", "sigmoid", "log_softmax")


class Drawn(NamedTuple):
    """The blocks, and for each node its block and its role there."""

    blocks: tuple[Block, ...]
    places: tuple[tuple[int, Role], ...]


def blocks_of(wiring: Wiring) -> Drawn:
    """Every node in exactly one block."""
    drafts = as_v4_says(_Reader(wiring, tokens_of(wiring)).drafts())
    blocks: list[Block] = []
    places: dict[int, tuple[int, Role]] = {}
    start, stage, before = 0, 0, wiring.in_shape
    for index, draft in enumerate(drafts):
        places |= {place: (index, role) for place, role in draft.roles.items()}
        stop = max(draft.roles) + 1
        entering, leaving = wiring.entering(range(start, stop)), wiring.shape(stop - 1)
        stage += index == 0 or draft.kind == "pool" or _changes(before, leaving)
        name = draft.name or KINDS[draft.kind].title(index)
        blocks.append(
            Block(index, draft.kind, name, stage, start, stop, entering, leaving, draft.facts)
        )
        start, before = stop, leaving
    return Drawn(tuple(blocks), tuple(places[place] for place in range(len(wiring.nodes))))


def _changes(before: Shape, leaving: Shape) -> bool:
    """Whether a map becomes another size, or a vector."""
    return len(before) == 3 and leaving[1:] != before[1:] != (1, 1)


class _Reader:
    """Reads tokens from the left, each time the longest block that is known."""

    def __init__(self, wiring: Wiring, tokens: Sequence[Token]) -> None:
        self.wiring = wiring
        self.tokens = tokens
        self.made: list[Draft] = []
        self.waiting: list[int] = []  # places that belong to the block that comes next
        self.is_pooled = False
        layers = [i for i, token in enumerate(tokens) if isinstance(token, Layer)]
        self.last_layer = layers[-1] if layers else -1

    def drafts(self) -> list[Draft]:
        """All blocks."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if isinstance(token, Step):
                self._step(at, token)
                at += 1
            else:
                draft, length = self._block(at, token)
                self._add(draft)
                at += length
        if self.waiting:
            self._add(Draft("other", Facts(normed=False), {}, self._titles(self.waiting)))
        return self.made

    def _block(self, at: int, token: Token) -> tuple[Draft, int]:
        channels = self._channels(token)
        if isinstance(token, Branched):
            return self._named(branched(token, channels, self._stride(token)), token), 1
        if isinstance(token, SE):
            facts = Facts(squeeze=token.squeeze, normed=False)
            return Draft("SE", facts, se_roles(token)), 1
        line = self.tokens[at : at + LONGEST_LINE]
        found = universal(line, skips=False) or inverted(line, channels, skips=False)
        if not found and self.made:
            found = fused(line, channels, skips=False)
        if found and not self.is_pooled:
            return found
        assert isinstance(token, Layer)  # no other is left
        return layer_alone(token, *self._place_of(at, token)), 1

    def _channels(self, token: Token) -> int:
        return self.wiring.shape(self.wiring.sources[token.places[0]][0])[0]

    def _stride(self, token: Token) -> int:
        """How many times a map gets smaller; 1 for anything but a map."""
        source = self.wiring.sources[token.places[0]][0]
        before, after = self.wiring.shape(source), self.wiring.shape(token.places[-1])
        return round(before[1] / after[1]) if len(before) == len(after) == 3 else 1

    def _named(self, draft: Draft, token: Branched) -> Draft:
        """With its number of convolutions, where these are more than its kernels say."""
        count = self.wiring.work(token.places)
        kind, index = KINDS[draft.kind], len(self.made)
        nodes = [self.wiring.nodes[place] for place in token.places]
        if any(node.kind == "matmul" for node in nodes):
            return draft._replace(name=f"attention {index}")
        if draft.kind == "branches" and count:
            return draft._replace(name=f"{kind.title(index)}: {count} convs")
        return draft

    def _place_of(self, at: int, layer: Layer) -> tuple[str, Role]:
        is_vector = layer.form == "vector" or self.is_pooled
        if is_vector and at == self.last_layer and layer.activation in ("", *OUTPUTS):
            return "classifier", Role.CLASSIFIER
        if is_vector:
            return "head", Role.HEAD
        if not self.made:
            return "stem", Role.STEM
        after = self.tokens[at + 1 : at + 2]
        if layer.form == "pointwise" and after and _is_pool(after[0]):
            return "last conv", Role.LAST_CONV
        return "conv", Role.CONV

    def _step(self, at: int, token: Step) -> None:
        kind, places = token.kind, list(token.places)
        if kind == "average":
            self.is_pooled = True
            self._add(Draft("pool", Facts(), dict.fromkeys(places, Role.POOL)))
        elif kind == "window":
            self._add(self._window(token))
        elif self._belongs_to_next(at, kind):
            self.waiting += places
        elif kind in BEHIND and self.made:
            self._extend(token)
        else:
            roles = dict.fromkeys(places, Role.STEP)
            self._add(Draft("other", Facts(normed=False), roles, self._titles(places)))

    def _window(self, token: Step) -> Draft:
        window = self.wiring.nodes[token.places[0]].window
        facts = Facts(normed=False)
        if window:
            facts = Facts(kernels=(max(window.kernel),), stride=max(window.stride))
        return Draft("window", facts, dict.fromkeys(token.places, Role.POOL))

    def _belongs_to_next(self, at: int, kind: str) -> bool:
        """A norm before its convolution, dropout before its layer; and what lies in between."""
        rest = [t for t in self.tokens[at + 1 :] if not isinstance(t, Step) or t.kind == "average"]
        if not rest:
            return False
        if not self.made and kind in RESCALES:
            return True
        if kind == "norm" or (self.waiting and kind in BEHIND):
            return True
        after = self.tokens[at + 1]
        is_turn = kind == "shape" and isinstance(after, Step) and after.kind == "norm"
        return is_turn or (kind == "dropout" and isinstance(rest[0], Layer))

    def _extend(self, token: Step) -> None:
        last = self.made[-1]
        role = last.roles[max(last.roles)]
        role = {"flatten": Role.POOL, "gain": Role.GAIN}.get(token.kind, role)
        role = Role.STEP if role is Role.ADD else role
        facts = last.facts
        node = self.wiring.nodes[token.places[0]]
        if token.kind == "activation" and not facts.activation:
            facts = facts._replace(activation=node.function)
        self.made[-1] = last._replace(
            roles=last.roles | dict.fromkeys(token.places, role), facts=facts
        )

    def _add(self, draft: Draft) -> None:
        first = draft.roles[min(draft.roles)] if draft.roles else Role.STEP
        role = BEFORE.get(first, Role.NORM)
        roles = dict.fromkeys(self.waiting, role) | draft.roles
        self.waiting = []
        self.made.append(draft._replace(roles=roles))

    def _titles(self, places: Sequence[int]) -> str:
        names = [self.wiring.nodes[place] for place in places]
        return ", ".join(
            ACTIVATIONS[n.function].label if n.function in ACTIVATIONS else title_of(n)
            for n in names
        )


def _is_pool(token: Token) -> bool:
    return isinstance(token, Step) and token.kind == "average"
