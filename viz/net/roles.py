"""What an operation is for in its block."""

from enum import StrEnum


class Role(StrEnum):
    """An operation's place in its block; the value is what readers see."""

    STEM = "stem"
    CONV = "conv"
    EXPAND = "expand"
    START = "start depthwise"
    DEPTHWISE = "depthwise"
    POINTWISE = "pointwise"
    PROJECT = "project"
    SQUEEZE = "SE squeeze"
    REDUCE = "SE reduce"
    INNER = "SE activation"
    EXCITE = "SE expand"
    GATE = "SE gate"
    SCALE = "SE scale"
    ADD = "add"
    CONCAT = "concat"
    SPLIT = "split"
    SHUFFLE = "shuffle"
    SKIP = "skip branch"
    SCALE_BRANCH = "1×1 branch"
    PRIMARY = "primary"
    CHEAP = "cheap"
    SHORTCUT = "shortcut"
    BRANCH = "branch"
    STEP = "step"
    NORM = "norm"
    QUERY = "query"
    KEY = "key"
    VALUE = "value"
    ATTEND = "attend"
    GAIN = "layer scale"
    LAST_CONV = "last conv"
    POOL = "pool"
    HEAD = "head"
    CLASSIFIER = "classifier"

    @property
    def unit(self) -> str:
        """What is drawn as one box of a block: SE's steps together, any other role alone."""
        return SE if self in SE_ROLES else self.value


SE = "SE"
# not on the path from image to logits
BRANCH_ROLES = frozenset({Role.KEY, Role.VALUE, Role.SHORTCUT, Role.BRANCH})
SE_ROLES = frozenset({Role.SQUEEZE, Role.REDUCE, Role.INNER, Role.EXCITE, Role.GATE, Role.SCALE})
