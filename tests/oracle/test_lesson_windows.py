"""Windows of a convolution fall where torch's and Keras's do, and their picture can be read."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from svg import Drawing

from viz.drawing.diagrams import Look, draw_windows
from viz.lessons.windows import pytorch_windows, tensorflow_windows


def touched(layer, size: int) -> tuple[int, set[int]]:
    """How many outputs a one-dimensional layer has, and the inputs that they depend on."""
    inputs = torch.zeros(1, 1, size, requires_grad=True)
    out = layer(inputs)
    out.sum().backward()
    return out.shape[-1], set(inputs.grad[0, 0].nonzero().flatten().tolist())


@settings(deadline=None)
@given(st.integers(1, 24), st.integers(1, 7), st.integers(0, 3), st.integers(1, 4))
def test_windows_fall_where_torchs_do(size, kernel, padding, stride):
    ours = pytorch_windows(size, kernel, stride, padding)
    if kernel > size + 2 * padding:
        assert ours.out == 0
        return
    layer = torch.nn.Conv1d(1, 1, kernel, stride, padding, bias=False)
    torch.nn.init.ones_(layer.weight)
    out, seen = touched(layer, size)
    assert ours.out == out
    assert set(range(size)) - set(ours.missed) == seen


@pytest.mark.parametrize("size", [1, 2, 7, 8, 24])
@pytest.mark.parametrize("kernel", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_same_padding_falls_where_keras_does(size, kernel, stride):
    keras = pytest.importorskip("keras")
    layer = keras.layers.Conv1D(
        1, kernel, stride, padding="same", use_bias=False, kernel_initializer="ones"
    )
    each = np.asarray(layer(np.eye(size)[:, :, None]).detach().cpu())[:, :, 0]
    ours = tensorflow_windows(size, kernel, stride)
    windows = [
        {i for i in range(size) if start <= i + ours.before < start + kernel}
        for start in ours.starts
    ]
    assert [set(np.flatnonzero(column)) for column in each.T] == windows


@pytest.mark.parametrize("setting", [(1, 1, 1, 0), (24, 1, 1, 3), (24, 7, 1, 3), (8, 3, 2, 1)])
def test_picture_of_windows_can_be_read(setting):
    size, kernel, stride, padding = setting
    rules = [
        ("PyTorch", pytorch_windows(size, kernel, stride, padding)),
        ("TensorFlow same", tensorflow_windows(size, kernel, stride)),
    ]
    picture = Drawing(draw_windows(rules, Look()).svg())
    assert min(picture.font_sizes()) >= 22
    assert len(picture.boxes("bar")) == sum(windows.out for _, windows in rules)
    missed = sum(not w.seen(i) for _, w in rules for i in range(w.padded))
    assert len(picture.boxes("missed")) == missed
