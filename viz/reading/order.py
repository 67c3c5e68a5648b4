"""The order of layers that their names tell: by the numbers in them, and by a few known words.

How a container happens to hold its tensors says nothing: safetensors sorts them by type and name,
others by hash. Where two names part in a number, they tell which comes first; where they part in
words, they do not, except in a few known ones.
"""

import re
from itertools import pairwise, zip_longest

Token = str | int
Key = tuple[Token, ...]
SortKey = tuple[tuple[int, int, str], ...]

# Parts of a block in the order in which they run, in libraries' words: some have one shape.
FAMILIES = (
    ("query", "key", "value", "output"),
    ("expand", "depthwise", "project"),
    ("expand", "depthwise", "linear"),
    ("pw", "pwl"),
    ("stem", "downsample", "blocks", "head"),  # timm's stages
    ("ghost", "shortcut"),
)
RANKS = {word: rank for words in FAMILIES for rank, word in enumerate(words)}
# Copies of a network that trainers keep beside it.
AVERAGES = re.compile(r"(^|[._/])(\w*_)?(ema|swa|averaged?|shadow|teacher|target)([._/]|_model|$)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_END = ""


def key_of(name: str) -> Key:
    """A name as its words and numbers."""
    return tuple(int(t) if t.isdecimal() else t for t in _TOKEN.findall(name))


def sort_key(key: Key) -> SortKey:
    """Layer 10 after layer 9; ``conv`` before ``conv_1``, for the first has no number."""
    return tuple(
        (1, token, "") if isinstance(token, int) else (0, RANKS.get(token, -1), token)
        for token in key
    )


def is_before(one: Key, other: Key) -> bool:
    """Whether names say that the first comes before the other; off where they do not say."""
    for mine, theirs in zip_longest(one, other, fillvalue=_END):
        if mine != theirs:
            return _leads(mine, theirs)
    return False


def _leads(one: Token, other: Token) -> bool:
    """Of two numbers the smaller, and a name without a number before its kin with one."""
    if isinstance(other, int):
        return one < other if isinstance(one, int) else True
    if isinstance(one, int):
        return False
    return RANKS.get(one, 0) < RANKS.get(other, 0) and any(
        one in words and other in words for words in FAMILIES
    )


def is_chain(keys: list[Key]) -> bool:
    """Whether names that have been sorted tell their whole order."""
    return all(is_before(one, other) for one, other in pairwise(keys))


def is_average(name: str) -> bool:
    """Whether a place holds a copy of the network: its average, or a teacher."""
    return AVERAGES.search(name) is not None
