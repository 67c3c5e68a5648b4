"""The activation functions of the family: each is one record, and everything else reads it.

Label, the papers' word, formula, curve, the torch module and how a source file writes it. A leaf:
the curves work on whatever array they are given, so that names and labels cost no import.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import e, erf, pi, sqrt
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

Nonlinearity = Literal["relu", "relu6", "hardswish", "silu", "gelu"]
Gate = Literal["hardsigmoid", "sigmoid", "hardswish"]


@dataclass(frozen=True, slots=True)
class Curve:
    """A function from the real line to itself, and what is to be said of it.

    ``formula`` and ``outputs`` (the set of values) are LaTeX. At a kink the derivative is the
    right-hand one. ``source`` says where the family's papers take it from.
    """

    formula: str
    outputs: str
    source: str
    values: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation under every name it has.

    ``key`` is what operations carry, ``paper`` the word of V3's tables; ``module`` and
    ``arguments`` build it in ``torch.nn``. ``curve`` is missing where it is no function of one
    number.
    """

    key: str
    label: str
    module: str
    arguments: tuple[tuple[str, object], ...] = ()
    paper: str = ""
    curve: Curve | None = None

    @property
    def source(self) -> str:
        """The module as Python source."""
        given = ", ".join(f"{name}={value}" for name, value in self.arguments)
        return f"nn.{self.module}({given})"


_IN_PLACE = (("inplace", True),)


def _array(values: Any) -> Array:
    """What numpy's operators give, whose exact type its hints do not promise."""
    made: Array = values
    return made


def _sigmoid(x: Array) -> Array:
    return _array(1.0 / (1.0 + e ** (-x)))


def _hard_sigmoid(x: Array) -> Array:
    return (x + 3.0).clip(0.0, 6.0) / 6.0


def _inside(x: Array, low: float, high: float) -> Array:
    return _array(((x >= low) & (x < high)) * 1.0)


def _hard_swish_derivative(x: Array) -> Array:
    above = _array((x >= 3.0) * 1.0)
    return _inside(x, -3.0, 3.0) * (2.0 * x + 3.0) / 6.0 + above


def _swish_derivative(x: Array) -> Array:
    gate = _sigmoid(x)
    return gate * (1.0 + x * (1.0 - gate))


def _normal(x: Array) -> Array:
    """The share of a normal distribution that lies below ``x``."""
    import numpy as np  # has no error function of its own, and costs an import

    return _array(0.5 * (1.0 + np.vectorize(erf)(x / sqrt(2.0))))


def _gelu_derivative(x: Array) -> Array:
    return _array(_normal(x) + x * e ** (-x * x / 2.0) / sqrt(2.0 * pi))


def _is_positive(x: Array) -> Array:
    return _array((x >= 0) * 1.0)


ACTIVATIONS: dict[str, Activation] = {
    activation.key: activation
    for activation in (
        Activation(
            "relu",
            "ReLU",
            "ReLU",
            _IN_PLACE,
            "RE",
            Curve(
                r"\mathrm{ReLU}(x) = \max(x, 0)",
                r"[0, \infty)",
                "MobileNetV3, Table 1: RE",
                lambda x: x.clip(0.0),
                _is_positive,
            ),
        ),
        Activation(
            "relu6",
            "ReLU6",
            "ReLU6",
            _IN_PLACE,
            curve=Curve(
                r"\mathrm{ReLU6}(x) = \min(\max(x, 0), 6)",
                "[0, 6]",
                "MobileNetV2, section 3",
                lambda x: x.clip(0.0, 6.0),
                lambda x: _inside(x, 0.0, 6.0),
            ),
        ),
        Activation(
            "sigmoid",
            "sigmoid",
            "Sigmoid",
            curve=Curve(
                r"\sigma(x) = \dfrac{1}{1 + e^{-x}}",
                "(0, 1)",
                "Squeeze-and-Excitation Networks, section 3",
                _sigmoid,
                lambda x: _sigmoid(x) * (1.0 - _sigmoid(x)),
            ),
        ),
        Activation(
            "hardsigmoid",
            "h-sigmoid",
            "Hardsigmoid",
            curve=Curve(
                r"\text{h-}\sigma(x) = \dfrac{\mathrm{ReLU6}(x + 3)}{6}",
                "[0, 1]",
                "MobileNetV3, section 5.2",
                _hard_sigmoid,
                lambda x: _inside(x, -3.0, 3.0) / 6.0,
            ),
        ),
        Activation(
            "silu",
            "swish",
            "SiLU",
            _IN_PLACE,
            curve=Curve(
                r"\mathrm{swish}(x) = x \cdot \sigma(x)",
                r"[-0.2785, \infty)",
                "MobileNetV3, section 5.2; PyTorch calls it SiLU",
                lambda x: x * _sigmoid(x),
                _swish_derivative,
            ),
        ),
        Activation(
            "hardswish",
            "h-swish",
            "Hardswish",
            _IN_PLACE,
            "HS",
            Curve(
                r"\text{h-swish}(x) = x \cdot \dfrac{\mathrm{ReLU6}(x + 3)}{6}",
                r"[-0.375, \infty)",
                "MobileNetV3, section 5.2: HS",
                lambda x: x * _hard_sigmoid(x),
                _hard_swish_derivative,
            ),
        ),
        Activation(
            "gelu",
            "GELU",
            "GELU",
            curve=Curve(
                r"\mathrm{GELU}(x) = x \cdot \Phi(x)",
                r"[-0.17, \infty)",
                "MobileNetV4, Table 15; Hendrycks and Gimpel, arXiv:1606.08415",
                lambda x: x * _normal(x),
                _gelu_derivative,
            ),
        ),
        Activation(
            "identity",
            "linear",
            "Identity",
            curve=Curve(
                r"f(x) = x",
                r"(-\infty, \infty)",
                "MobileNetV2, section 3.2: linear bottleneck",
                lambda x: x,
                lambda x: x * 0.0 + 1.0,
            ),
        ),
        Activation("softmax", "softmax", "Softmax", (("dim", -1),)),
    )
}
CURVES: dict[str, Curve] = {
    key: activation.curve for key, activation in ACTIVATIONS.items() if activation.curve
}


def label_of(key: str) -> str:
    """What an activation is called on screen; its own name for one that was read, "" for none."""
    return ACTIVATIONS[key].label if key in ACTIVATIONS else key


def paper_word(key: str) -> str:
    """What V3's tables call it, or what it is called on screen."""
    record = ACTIVATIONS.get(key)
    return (record.paper or record.label) if record else key
