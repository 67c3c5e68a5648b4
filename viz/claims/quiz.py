"""Spot the mistake: eight claims to judge, with answers to choose from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A claim to look at, and what may be wrong with it; ``right`` counts from 0."""

    claim: str
    printed: str
    answers: tuple[str, ...]
    right: int


QUIZ = (
    Question(
        "C16",
        "h-sigmoid(x) = min(max(x + 3, 0), 6)",
        ("Its range must be −1 to 1.", "The division by 6 is missing.", "It must not be clipped."),
        1,
    ),
    Question(
        "C20",
        "In V3's tables, RE stands for ReLU6.",
        ("It stands for ReLU.", "It stands for residual.", "It stands for h-swish."),
        0,
    ),
    Question(
        "C24",
        "Rounding to multiples of 8 changes a layer by at most 10 %.",
        (
            "It never changes a layer at all.",
            "It may lose more than 10 %.",
            "It may add far more than 10 %.",
        ),
        2,
    ),
    Question(
        "C33",
        "The toy network turns 224×224 pixels into a map of 24×112×112.",
        (
            "The map is halved twice.",
            "The channels are wrong.",
            "No stride changes the map.",
        ),
        0,
    ),
    Question(
        "C42",
        "In a bneck the depthwise step is linear, and the projection has an activation.",
        (
            "Neither has an activation.",
            "It is the other way round.",
            "Both have an activation.",
        ),
        1,
    ),
    Question(
        "C44",
        "In V3's table, exp size is followed by the number of input channels.",
        (
            "It is followed by the kernel.",
            "It is followed by the squeeze width.",
            "It is followed by the number of output channels.",
        ),
        2,
    ),
    Question(
        "C48",
        "h-swish is cheap, so it serves as SE's gate too.",
        (
            "It is 0 at 0 and falls below: the gate starts shut.",
            "It costs more than a sigmoid.",
            "SE must not have a gate.",
        ),
        0,
    ),
    Question(
        "C51",
        "To get a vector picture, write the model's plot to a .png.",
        (
            "The file must be a .jpg.",
            "A .png holds pixels; take a .svg.",
            "Models cannot be plotted.",
        ),
        1,
    ),
)
