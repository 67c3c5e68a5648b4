"""A network's module as files: ONNX, and weights as safetensors. Weights are random, seed 0."""

import contextlib
import io
import warnings
from collections.abc import Callable

import torch
from safetensors.torch import save
from torch import nn

from viz.net.trace import Trace
from viz.pytorch.modules import build_trace, example_input

SEED = 0
OPSET = 17


def module_of(traced: Trace) -> nn.Module:
    """The module with the weights that every export of it has."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return build_trace(traced).eval()


def as_onnx(traced: Trace) -> bytes:
    """The graph for inference, any batch size; batch norms are folded into convolutions."""
    target = io.BytesIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # the older exporter is asked for: it needs onnx only
        torch.onnx.export(
            module_of(traced),
            (example_input(traced),),
            target,  # type: ignore[arg-type]  # a buffer is fine for this exporter
            dynamo=False,
            opset_version=OPSET,
            input_names=["image"],
            output_names=["output"],
            dynamic_axes={"image": {0: "batch"}, "output": {0: "batch"}},
        )
    return target.getvalue()


def as_weights(traced: Trace) -> bytes:
    """The state_dict, under torchvision's names where torchvision has the network."""
    tensors = {name: value.contiguous() for name, value in module_of(traced).state_dict().items()}
    return save(tensors, metadata={"format": "pt"})  # two entries would come in any order


FILES: dict[str, Callable[[Trace], bytes]] = {"onnx": as_onnx, "safetensors": as_weights}
