"""``--recipe``: a network's whole name, in place of the arguments that say it one by one."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from viz.cli.parser import UsageError
from viz.facts.rows import aligned
from viz.facts.steps import RecipeSteps, recipe_steps, table_of_steps
from viz.net.words import words_of

NETWORKS = ("variant", "network", "source", "design", "onnx")  # what may name one instead
CHOICES = ("width", "resolution", "classes", "divisor", "set", "scheme", "precision", "patches")


def unfold(options: argparse.Namespace) -> RecipeSteps | None:
    """Say a recipe by a command's other arguments. Raises ``ConfigError``, ``UsageError``."""
    if getattr(options, "recipe", None) is None:
        return None
    steps = recipe_steps(options.recipe)
    for name in _said(options, NETWORKS):
        raise UsageError(f"{getattr(options, name)}: name a network or give --recipe, not both.")
    for name in _said(options, CHOICES):
        raise UsageError(f"--{name}: leave it out; a recipe says it as a step.")
    for name, value in _arguments(steps).items():
        if hasattr(options, name):
            setattr(options, name, value)
    return steps


def _said(options: argparse.Namespace, names: tuple[str, ...]) -> Iterator[str]:
    return (name for name in names if getattr(options, name, None))


def _arguments(steps: RecipeSteps) -> dict[str, object]:
    """What each argument would be; a command takes those that it has."""
    recipe = steps.recipe
    key = recipe.config.variant
    return {
        **dict.fromkeys(("variant", "network", "source"), key),
        "set": [f"{name}={text}" for name, text in words_of(recipe.config).items()],
        "precision": "int8" if recipe.scheme else "float32",
        "patches": "{},{}".format(*recipe.patches) if recipe.patches else None,
    }


def told(steps: RecipeSteps) -> str:
    """The recipe and what each step did."""
    return f"{steps.text}\n\n{aligned(table_of_steps(steps.rows))}"


def file_in(output: str, steps: RecipeSteps, suffix: str) -> str:
    """A file that a recipe names, where its folder is given."""
    folder = Path(output)
    return str(folder / f"{steps.file_name}{suffix}") if folder.is_dir() else output
