"""A claim about the training script of post 001."""

from math import prod

from viz.claims.claim import Facts, PostClaim
from viz.net import cost
from viz.net.operations import Operation, Shape
from viz.net.trace import Trace, trace

FLOWERS, IMAGENET = 5, 1_000  # classes of the post's data set, and of the weights it starts from
STATISTICS = ("running_mean", "running_var")


def tensors_of(traced: Trace) -> dict[str, Shape]:
    """Names and shapes of a module's state_dict, without torch."""
    return {name: shape for op in traced.operations for name, shape in _tensors(op).items()}


def _tensors(op: Operation) -> dict[str, Shape]:
    channels = op.out_shape[:1]
    if op.kind == "norm":
        parts: dict[str, Shape] = dict.fromkeys(("weight", "bias", *STATISTICS), channels)
        return {f"{op.path}.{part}": shape for part, shape in parts.items()} | {
            f"{op.path}.num_batches_tracked": ()
        }
    if op.kind == "gain":
        return {f"{op.path}.gamma": channels}
    if not cost.weights(op):
        return {}
    kernel = (op.kernel, op.kernel) if op.kernel else ()
    weight = (*channels, op.in_shape[0] // op.groups, *kernel)
    return {f"{op.path}.weight": weight} | ({f"{op.path}.bias": channels} if op.bias else {})


def _c31() -> Facts:
    given, wanted = (tensors_of(trace("v2", classes=n)) for n in (IMAGENET, FLOWERS))
    fit = [name for name, shape in given.items() if prod(shape) == prod(wanted[name])]
    half = trace("post-001-v2", width=0.5)
    name = f"{half.operations[-1].path}.weight"
    classes = prod(given[name]) // half.operations[-1].in_shape[0]
    trap = tensors_of(trace("post-001-v2", width=0.5, classes=classes))[name]
    return {
        "fit": len(fit),
        "all": len(given),
        "trap": "×".join(map(str, trap)),
        "shape": "×".join(map(str, given[name])),
        "numbers": prod(trap),
    }


TRAINING = (
    PostClaim(
        "C31",
        ("001:687",),
        "Filtering by numel skips weights that do not fit.",
        "imprecise",
        "Here it does: {fit} of {all} tensors stay. But equal counts are not equal shapes: a last "
        "layer of {trap} has the {numbers:,} numbers of one of {shape}, passes the filter, and "
        "loading stops with an error.",
        _c31,
        "frozen",
        {"network": "v2"},
    ),
)
