"""A network's module as files: ONNX, and weights as safetensors. Weights are random, seed 0."""

from collections.abc import Callable

from safetensors.torch import save
from torch import nn

from viz.net.trace import Trace
from viz.pytorch.modules import seeded_module
from viz.pytorch.onnx_graph import onnx_model

SEED = 0


def module_of(traced: Trace) -> nn.Module:
    """The module with the weights that every export of it has."""
    return seeded_module(traced, SEED).eval()


def as_onnx(traced: Trace) -> bytes:
    """The graph for inference, any batch size; batch norms are folded into convolutions."""
    tensors = module_of(traced).state_dict()
    weights = {name: value.numpy() for name, value in tensors.items()}
    content: bytes = onnx_model(traced, weights).SerializeToString()
    return content


def as_weights(traced: Trace) -> bytes:
    """The state_dict, under torchvision's names where torchvision has the network."""
    tensors = {name: value.contiguous() for name, value in module_of(traced).state_dict().items()}
    return save(tensors, metadata={"format": "pt"})  # two entries would come in any order


FILES: dict[str, Callable[[Trace], bytes]] = {"onnx": as_onnx, "safetensors": as_weights}
