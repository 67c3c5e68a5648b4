"""The built module as torchinfo sees it: its table, hierarchical, and its printed text."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import prod
from typing import Any, TypedDict

import torch
import torchinfo

from viz.net.bounds import SENT_PIXELS
from viz.net.config import Config
from viz.net.trace import trace_config
from viz.pytorch.modules import build_trace, example_input

COLUMNS = ("kernel_size", "input_size", "output_size", "num_params", "mult_adds")
MAX_DEPTH = 6


class LayerRow(TypedDict):
    """One line of torchinfo's table. Shapes are without the batch; containers hold sums."""

    path: str
    layer: str
    depth: int
    leaf: bool
    kernel: list[int]
    in_shape: list[int]
    out_shape: list[int]
    params: int
    mult_adds: int


class Summary(TypedDict):
    """torchinfo's table, totals and text. ``mult_adds`` is torchinfo's own count."""

    rows: list[LayerRow]
    params: int
    mult_adds: int
    text: str


def summarise(config: Config, depth: int = MAX_DEPTH) -> Summary:
    """Build the network and run torchinfo over it: all rows, and the text down to ``depth``."""
    statistics = _statistics(config)
    statistics.formatting.max_depth = depth
    return Summary(
        rows=list(_rows(statistics)),
        params=int(statistics.total_params),
        mult_adds=int(statistics.total_mult_adds),
        text=str(statistics),
    )


@lru_cache(maxsize=4)
def _statistics(config: Config) -> Any:
    traced = trace_config(config)
    # Shapes alone are asked for: a large image is not computed, which would take gigabytes.
    device = torch.device("cpu" if prod(config.image) <= SENT_PIXELS else "meta")
    return torchinfo.summary(
        build_trace(traced).to(device),
        input_data=example_input(traced).to(device),
        verbose=0,
        depth=MAX_DEPTH,
        col_names=COLUMNS,
        row_settings=("depth", "var_names"),
        device=device,
        cache_forward_pass=False,  # torchinfo's cache mixes up widths: it is keyed by class name
    )


def _sides(kernel: int | Sequence[int] | None) -> list[int]:
    """Height and width of a kernel; a pool gives one number for both."""
    return [kernel] * 2 if isinstance(kernel, int) else list(kernel or [])


def _rows(statistics: Any) -> Iterator[LayerRow]:
    layers = statistics.summary_list[1:]
    paths: dict[str, str] = {}
    for layer in layers:
        parent = layer.parent_info.layer_id if layer.parent_info else ""
        path = f"{paths[parent]}.{layer.var_name}" if parent in paths else layer.var_name
        paths[layer.layer_id] = path
        leaves = [child for child in layer.children if child.is_leaf_layer] or [layer]
        yield LayerRow(
            path=path,
            layer=layer.class_name,
            depth=layer.depth,
            leaf=bool(layer.is_leaf_layer),
            kernel=_sides(layer.kernel_size),
            in_shape=list(layer.input_size[1:]),
            out_shape=list(layer.output_size[1:]),
            params=sum(int(leaf.num_params) for leaf in leaves),
            mult_adds=sum(int(leaf.macs) for leaf in leaves),
        )
