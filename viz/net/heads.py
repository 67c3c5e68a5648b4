"""Rows of the papers' tables behind the last map: pooling, the hidden layer, the classifier."""

from dataclasses import dataclass
from typing import ClassVar

from viz.activations import Nonlinearity
from viz.net.kinds import KINDS, Kind
from viz.net.operations import Facts, Role, Tape
from viz.net.rows import CHANNELS, NL, Columns, flag
from viz.net.units import Player, conv_norm_act

HEAD = "classifier"


@dataclass(frozen=True, slots=True)
class Pool:
    """Global average pooling, then flattening: the map becomes a vector.

    V4's hidden layer works on the pooled map of 1 x 1 and flattens after it.
    """

    kind: ClassVar[Kind] = KINDS["pool"]
    columns: ClassVar[Columns] = Columns("pool", {"flattens": flag("flattens")}, 0)
    flattens: bool = True

    def record(self, player: Player) -> None:
        """Record both."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=True, path="avgpool")
        tape.pool("")
        if self.flattens:
            _flatten(tape)
        tape.close_block(Facts())


@dataclass(frozen=True, slots=True)
class Hidden:
    """V3's "NBN" row: a fully connected layer without normalisation."""

    kind: ClassVar[Kind] = KINDS["head"]
    columns: ClassVar[Columns] = Columns("head", {"out": CHANNELS, "nl": NL}, needs="vector")
    out: int
    nl: Nonlinearity

    def record(self, player: Player) -> None:
        """Record layer and activation."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=False, path=HEAD)
        tape.linear(_next_in_head(tape), player.scaler.head_channels(self.out), Role.HEAD)
        tape.activation(_next_in_head(tape), self.nl, Role.HEAD)
        tape.close_block(Facts(activation=self.nl, normed=False))


@dataclass(frozen=True, slots=True)
class HeadConv:
    """V4's hidden layer: a 1x1 convolution on the pooled map, with normalisation; then flatten."""

    kind: ClassVar[Kind] = KINDS["head"]
    columns: ClassVar[Columns] = Columns(
        "headconv", {"out": CHANNELS, "nl": NL}, needs="pooled map"
    )
    out: int
    nl: Nonlinearity

    def record(self, player: Player) -> None:
        """Record convolution, normalisation, activation and flattening."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=False, path="head")
        conv_norm_act(tape, "", player.scaler.head_channels(self.out), self.nl, Role.HEAD)
        _flatten(tape)
        tape.close_block(Facts(activation=self.nl))


@dataclass(frozen=True, slots=True)
class Classifier:
    """Dropout, and the layer that gives one logit (or, after softmax, probability) a class.

    For no classes there is none: the network gives features.
    """

    kind: ClassVar[Kind] = KINDS["classifier"]
    columns: ClassVar[Columns] = Columns(
        "classifier", {"dropout": flag("dropout"), "softmax": flag("softmax")}, needs="vector"
    )
    dropout: bool = True
    softmax: bool = False

    def record(self, player: Player) -> None:
        """Record both, where there are classes."""
        if not player.classes:
            return
        tape = player.tape
        tape.open_block(self.kind, new_stage=False, path=HEAD)
        if self.dropout:
            tape.dropout(_next_in_head(tape), Role.CLASSIFIER)
        tape.linear(_next_in_head(tape), player.classes, Role.CLASSIFIER)
        if self.softmax:
            tape.activation(_next_in_head(tape), "softmax", Role.CLASSIFIER)
        tape.close_block(Facts(activation="softmax" if self.softmax else "", normed=False))


def _flatten(tape: Tape) -> None:
    tape.prefix = "flatten"
    tape.flatten("")


def _next_in_head(tape: Tape) -> str:
    tape.classifier_length += 1
    return str(tape.classifier_length - 1)
