"""What is asked of the quantiser, checked before any work: torch takes seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from viz.extras import require
from viz.lab.choice import Choice, choice_of, config_for
from viz.lab.errors import RunError
from viz.lab.quantize.inputs import (
    FLOWERS,
    MEASURED,
    NOISE,
    PICTURES,
    SCORED,
    Inputs,
    inputs_of,
)
from viz.lab.quantize.report import Quantized
from viz.net.config import Config
from viz.net.fields import ConfigError, size_text
from viz.net.recipe import Recipe
from viz.net.scheme import Scheme, scheme_of

if TYPE_CHECKING:
    from viz.lab.pytorch.quantize import Source

WEIGHTS = "atlas"
ONNX = ".onnx"
STEP = "int8 per-channel"


@dataclass(frozen=True, slots=True)
class Asked:
    """A network with weights, or a ``file``; a scheme; inputs; flowers of each kind to score."""

    config: Config | None
    choice: Choice | None
    file: Path | None
    scheme: Scheme
    calibrated: Inputs
    measured: Inputs
    flowers: int

    def carry_out(self) -> Quantized:
        """Quantise and measure. Raises ``RunError``, ``ReadError``."""
        from viz.lab.pytorch import quantize  # torch takes seconds

        source = self._source()
        return quantize.quantize(source, self.scheme, self.calibrated, self.measured, self.flowers)

    def _source(self) -> "Source":
        from viz.lab.pytorch import quantize
        from viz.lab.pytorch.weights import load
        from viz.reading.graphs.files import read_file

        if self.file is not None:
            return quantize.source_in(self.file, read_file(self.file))
        assert self.config is not None
        assert self.choice is not None
        return quantize.source_of(load(self.config, self.choice), self.choice.text)


def asked(
    source: str | Path | Recipe,
    scheme: str = "",
    params: Mapping[str, str] | None = None,
    *,
    weights: str | None = None,
    by_order: bool = False,
    calibrate: str = FLOWERS,
    pictures: float = 32,
    measure: str = "",
    inputs: float = 16,
    accuracy: float = 0,
) -> Asked:
    """Arguments as ``viz.quantize`` has them. Raises ``ConfigError``, ``RunError``."""
    require("quantize", "onnxruntime")
    if isinstance(source, Recipe):
        source, scheme, params = _of_recipe(source, scheme, params or {})
    file = _file(source)
    if file and (weights or params):
        given = "--weights" if weights else f"{next(iter(params or ()))}"
        raise RunError(f"{given}: the network of a file has its own; leave it out.")
    choice = None if file else choice_of(weights or WEIGHTS, str(source), by_order=by_order)
    config = config_for(choice, str(source), params or {}) if choice else None
    count = int(PICTURES.check("pictures", pictures))
    shown = int(MEASURED.check("inputs", inputs))
    return Asked(
        config,
        choice,
        file,
        scheme_of(scheme),
        inputs_of(calibrate, count, 0, "--calibrate"),
        inputs_of(measure or _usual(calibrate), shown, 1, "--measure"),
        int(SCORED.check("accuracy", accuracy)),
    )


def _of_recipe(
    recipe: Recipe, scheme: str, params: Mapping[str, str]
) -> tuple[str, str, dict[str, str]]:
    """Network, scheme and every choice of a recipe: weights may add none of their own."""
    for name, text in {"scheme": scheme, **params}.items():
        if text:
            raise ConfigError(name, text, "left out: a recipe says it as a step")
    if recipe.scheme is None:
        raise ConfigError("recipe", recipe.text, f"with a step such as {STEP}")
    return recipe.config.variant, recipe.scheme.text, texts_of(recipe.config.arguments())


def texts_of(chosen: Mapping[str, object]) -> dict[str, str]:
    """Keywords of ``viz.configure`` as a command line has them."""
    given = {name: value for name, value in chosen.items() if value is not None}
    return {
        name: str(value).lower() if isinstance(value, bool) else size_text(value)
        for name, value in given.items()
    }


def _usual(calibrate: str) -> str:
    """What is measured on where nothing is said: inputs of the kind that calibrates."""
    return NOISE if calibrate == NOISE else FLOWERS


def _file(source: str | Path) -> Path | None:
    path = Path(source)
    if isinstance(source, Path) or path.suffix.lower() == ONNX or path.is_file():
        if not path.is_file():
            raise RunError(f"{source}: no such file.")
        return path
    return None
