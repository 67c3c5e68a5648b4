"""What tests of Identify share: weights of others, and what an answer says."""

import torch


def weights_of(make, *arguments, **keywords):
    """The state_dict of a module that somebody's function makes; without memory for its values."""
    with torch.device("meta"):
        return make(*arguments, **keywords).state_dict()


def summary(answer):
    """What an answer says of the network, in few words."""
    match = answer.match
    return match and (match.variant, match.width, match.classes, match.options)


def assert_exact(answer, variant, width, classes=1_000, options=()):
    assert answer.exact
    assert summary(answer) == (variant, width, classes, options)
    assert answer.differences == answer.missing == answer.unexpected == ()
    assert answer.explained == 1.0
    assert answer.names
