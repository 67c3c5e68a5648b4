"""A network with its weights as files that other programs run."""

import io
from collections.abc import Callable

import safetensors.torch
import torch

from viz.lab.cards import card_of, header
from viz.lab.pytorch.weights import Loaded
from viz.pytorch.onnx_graph import onnx_model


def as_onnx(loaded: Loaded) -> bytes:
    """The graph for inference, any batch size; batch norms are folded into convolutions."""
    weights = {name: value.numpy() for name, value in loaded.module.state_dict().items()}
    content: bytes = onnx_model(loaded.traced, weights).SerializeToString()
    return content


def as_safetensors(loaded: Loaded) -> bytes:
    """The state_dict; its header says network, classes and preparation, as training's files do."""
    card = card_of(loaded.traced.config, loaded.classes, loaded.preparation.content())
    tensors = {name: value.contiguous() for name, value in loaded.module.state_dict().items()}
    return safetensors.torch.save(tensors, metadata=header(card._asdict()))


def as_pth(loaded: Loaded) -> bytes:
    """The state_dict in torch's own format."""
    target = io.BytesIO()
    torch.save(loaded.module.state_dict(), target)
    return target.getvalue()


FILES: dict[str, Callable[[Loaded], bytes]] = {"onnx": as_onnx, "safetensors": as_safetensors}
