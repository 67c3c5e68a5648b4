"""The Keras rule against Keras itself, run on its torch backend."""

import os

import pytest

os.environ["KERAS_BACKEND"] = "torch"
keras = pytest.importorskip("keras", reason="pip install -r requirements-dev.txt")

import viz  # noqa: E402 - Keras reads its backend when it is imported

MAKERS = {
    "v1": keras.applications.MobileNet,
    "v2": keras.applications.MobileNetV2,
    "v3-large": keras.applications.MobileNetV3Large,
    "v3-small": keras.applications.MobileNetV3Small,
}


def counted(model: "keras.Model") -> tuple[int, int]:
    """Learnable parameters, and multiply-adds read off Keras's own kernels and shapes."""
    params = sum(_size(weight.shape) for weight in model.trainable_weights)
    macs = 0
    for layer in model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            positions = _size(layer.output.shape[1:-1])
            macs += _size(kernel.shape) * positions
    return params, macs


def _size(shape: tuple[int, ...]) -> int:
    total = 1
    for n in shape:
        total *= n
    return total


@pytest.mark.parametrize("width", [0.3, 0.5, 0.84, 1.0, 1.25])
@pytest.mark.parametrize("variant", MAKERS)
def test_keras_rule_counts_what_keras_counts(variant, width):
    model = MAKERS[variant](alpha=width, input_shape=(96, 96, 3), weights=None)
    traced = viz.trace(variant, width=width, resolution=96, width_rule="keras")
    assert (traced.params, traced.macs) == counted(model)


@pytest.mark.parametrize("variant", ["v3-large", "v3-small"])
def test_minimalistic_is_what_keras_calls_so(variant):
    model = MAKERS[variant](alpha=0.75, minimalistic=True, input_shape=(64, 64, 3), weights=None)
    traced = viz.trace(variant, width=0.75, resolution=64, width_rule="keras", minimalistic=True)
    assert (traced.params, traced.macs) == counted(model)


@pytest.mark.parametrize("resolution", [100, 130])
@pytest.mark.parametrize("variant", MAKERS)
def test_odd_maps_are_padded_as_in_keras(variant, resolution):
    shape = (resolution, resolution, 3)
    model = MAKERS[variant](input_shape=shape, weights=None)
    traced = viz.trace(variant, resolution=resolution, width_rule="keras")
    assert (traced.params, traced.macs) == counted(model)
