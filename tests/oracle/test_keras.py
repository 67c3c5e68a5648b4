"""The Keras rule against Keras itself, run on its torch backend."""

import os

import numpy as np
import pytest
import torch

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


@pytest.mark.parametrize("resolution", [100, 130, (96, 131)])
@pytest.mark.parametrize("variant", MAKERS)
def test_odd_maps_are_padded_as_in_keras(variant, resolution):
    shape = (*viz.configure(variant, resolution=resolution).image, 3)
    model = MAKERS[variant](input_shape=shape, weights=None)
    traced = viz.trace(variant, resolution=resolution, width_rule="keras")
    assert (traced.params, traced.macs) == counted(model)


MINIMALISTIC = [("v3-large", {"minimalistic": True}), ("v3-small", {"minimalistic": True})]


def carried_over(model: "keras.Model", traced: viz.Trace) -> torch.nn.Module:
    """Our module with Keras's weights: layers in order, kernels turned to torch's layout."""
    ours = viz.build(traced.config.variant, **traced.config.arguments()).eval()
    weighted = [m for m in ours.modules() if getattr(m, "weight", None) is not None]
    theirs = [layer for layer in model.layers if layer.weights]
    assert len(weighted) == len(theirs)
    for module, layer in zip(weighted, theirs, strict=True):
        values = [torch.from_numpy(value.copy()) for value in layer.get_weights()]
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.data, module.bias.data = values[:2]
            module.running_mean.data, module.running_var.data = values[2:]
            assert module.eps == layer.epsilon
            continue
        turned = values[0].permute(2, 3, 0, 1) if "Depthwise" in type(layer).__name__ else None
        turned = values[0].permute(3, 2, 0, 1) if turned is None and values[0].ndim == 4 else turned
        turned = values[0].T if turned is None else turned
        module.weight.data = turned.reshape(module.weight.shape).contiguous()
        if module.bias is not None:
            module.bias.data = values[1]
    return ours


@pytest.fixture
def doubles():
    """Twice the digits, so that a processor's way of rounding decides nothing."""
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize("resolution", [224, 225, (224, 161)])
@pytest.mark.parametrize(("variant", "options"), [*((key, {}) for key in MAKERS), *MINIMALISTIC])
def test_with_equal_weights_the_last_map_is_kerass(variant, options, resolution):
    keras.utils.set_random_seed(1)
    shape = (*viz.configure(variant, resolution=resolution).image, 3)
    extra = {"include_preprocessing": False} if variant.startswith("v3") else {}
    model = MAKERS[variant](
        input_shape=shape, weights=None, classifier_activation=None, **options, **extra
    )
    random = np.random.default_rng(0)
    for layer in model.layers:  # statistics at which a wrong epsilon shows
        if isinstance(layer, keras.layers.BatchNormalization):
            moving = [random.normal(0, 0.1, w.shape) for w in layer.get_weights()[:3]]
            spread = random.uniform(0.02, 0.2, moving[0].shape)
            layer.set_weights([1 + moving[0], moving[1], moving[2], spread])
    traced = viz.trace(variant, resolution=resolution, width_rule="keras", **options)
    ours = carried_over(model, traced).double()
    pools = [each for each in model.layers if "GlobalAveragePooling" in type(each).__name__]
    until_pool = keras.Model(model.input, [pools[-1].input, model.output])
    image = random.normal(size=(1, *shape)).astype("float32").astype("float64")
    with torch.no_grad():
        theirs, logits = (t.detach().cpu() for t in until_pool(image))
        x = torch.from_numpy(image).permute(0, 3, 1, 2)
        last, output = ours.features(x), ours(x)
    expected = theirs.permute(0, 3, 1, 2)
    assert (last - expected).norm() <= 1e-4 * expected.norm()
    assert (output - logits).norm() <= 1e-4 * logits.norm()


@pytest.mark.parametrize(("kernel", "even"), [(3, (0, 1)), (5, (1, 2))])
def test_stride_two_is_padded_at_the_end_on_even_maps_only(kernel, even):
    for rule in ("keras", "slim"):
        for resolution, odd in ((224, even), (225, (kernel // 2, kernel // 2))):
            traced = viz.trace("v3-large", resolution=resolution, width_rule=rule)
            first = next(op for op in traced.operations if op.stride == 2 and op.kernel == kernel)
            assert first.padding == (odd if first.in_shape[1] % 2 else even)
