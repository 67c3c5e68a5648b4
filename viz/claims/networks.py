"""Claims about whole networks."""

from functools import lru_cache

from viz.claims.claim import Facts, PostClaim
from viz.claims.facts import activated, bnecks, count_of_kind
from viz.drawing.diagrams import diagram
from viz.facts.tables import block_rows, shape_text
from viz.lessons.squeeze import se_operations
from viz.net import cost
from viz.net.operations import CONVOLUTIONS
from viz.net.trace import trace


@lru_cache(maxsize=1)
def _pictures() -> tuple[int, int]:
    """(pixels of the PNG, texts of the SVG); drawn once, for it takes a moment."""
    picture = diagram("v3-small")
    header = picture.png()[16:24]
    size = int.from_bytes(header[:4], "big") * int.from_bytes(header[4:], "big")
    return size, picture.svg().count("<text")


def _c27() -> Facts:
    def last(key: str) -> int:
        rows = block_rows(trace(key, width=0.5))
        return next(row.channels_out for row in rows if row.kind == "last conv")

    return {"post": last("post-001-v2"), "library": last("v2")}


def _c29() -> Facts:
    traced = trace("v3-large", width=0.75)
    channels = [op.out_shape[0] for op in traced.operations if op.kind in CONVOLUTIONS]
    return {
        "even": sum(c % 8 == 0 for c in channels),
        "all": len(channels),
        "params": traced.params,
    }


def _c30() -> Facts:
    own = [op for op in trace("v2").operations if op.kind == "depthwise"]
    alike = [op for op in own if op.groups == op.in_shape[0] == op.out_shape[0]]
    return {"alike": len(alike), "all": len(own)}


def _c33() -> Facts:
    return {"shape": shape_text(trace("post-000").operations[-1].out_shape)}


def _c34() -> Facts:
    traced = trace("post-000")
    return {
        "depthwise": count_of_kind("post-000", "depthwise"),
        "residuals": sum(block.facts.residual for block in traced.blocks),
        "swish": activated("post-000", "hardswish"),
        "params": traced.params,
    }


def _c35() -> Facts:
    return {"v2": activated("v2", "relu6"), "v3": activated("v3-large", "relu6")}


def _c37() -> Facts:
    traced = trace("post-003-large")
    tail = [op for block in (16, 18, 19) for op in traced.of_block(block)]
    return {"layers": sum(op.kind in ("pointwise", "linear") for op in tail)}


def _c38() -> Facts:
    large, small = (trace(f"v3-{name}").of_block(0) for name in ("large", "small"))
    return {
        "same": "the same" if large == small else "different",
        "params": sum(map(cost.params, large)),
        "out": shape_text(small[-1].out_shape),
    }


def _c43() -> Facts:
    facts = bnecks("post-003-small")
    squeezes = dict.fromkeys(b.squeeze for b in facts if b.squeeze % 8)
    uneven = sum(b.channels_out % 8 != 0 for b in facts)
    return {"squeezes": ", ".join(map(str, squeezes)), "uneven": uneven, "all": len(facts)}


def _c51() -> Facts:
    pixels, texts = _pictures()
    return {"pixels": pixels, "texts": texts}


def _c56() -> Facts:
    traced = trace("v3-small")
    parts = se_operations(traced.operations)
    blocks = len({op.block for op in parts})
    return {"nodes": len(parts) // blocks, "parts": len(parts), "all": len(traced.operations)}


ARCHITECTURE = "architecture"
NETWORKS = (
    PostClaim(
        "C27",
        ("001:566",),
        "V2's last channels are fixed at 1280.",
        "imprecise",
        "Not in the post's own code: at half width it gives {post}, torchvision {library}.",
        _c27,
        "compare",
        {"network": "v2", "width": "0.5", "b_network": "post-001-v2", "b_width": "0.5"},
    ),
    PostClaim(
        "C29",
        ("001:551",),
        "The width multiplier gives multiples of 8.",
        "true",
        "At 0.75 {even} of {all} convolutions of Large have them ({params:,} parameters), though "
        "the post's functions fix the width, so that it cannot be used.",
        _c29,
        "rounding",
        {"width": "0.75"},
    ),
    PostClaim(
        "C30",
        ("001:274", "001:283"),
        "With groups = input channels a convolution is depthwise.",
        "true",
        "In V2 {alike} of {all} also have as many outputs, without which it would not be.",
        _c30,
        ARCHITECTURE,
        {"network": "v2", "block": "1"},
    ),
    PostClaim(
        "C33",
        ("000:63",),
        "The toy's output is 24×112×112.",
        "false",
        "It is {shape}: both convolutions halve the map.",
        _c33,
        ARCHITECTURE,
        {"network": "post-000"},
    ),
    PostClaim(
        "C34",
        ("000:65", "000:82"),
        "The toy is the base architecture of V3.",
        "false",
        "Depthwise convolutions: {depthwise}; residuals: {residuals}; h-swish: {swish}; "
        "{params:,} parameters in all.",
        _c34,
        "compare",
        {"network": "post-000", "b_network": "v3-small"},
    ),
    PostClaim(
        "C35",
        ("000:14",),
        "ReLU6 is a new activation of V3.",
        "false",
        "V2 has {v2} of them, V3-Large {v3}, which uses it only inside h-swish and h-sigmoid.",
        _c35,
        "activations",
        {"network": "v2"},
    ),
    PostClaim(
        "C37",
        ("003:28",),
        "Two 1×1 convolutions take the place of the fully connected layer.",
        "imprecise",
        "The code shown ends in {layers}; the two behind the pool are the classifier.",
        _c37,
        ARCHITECTURE,
        {"network": "post-003-large", "block": "18"},
    ),
    PostClaim(
        "C38",
        ("003:55",),
        "Large and Small start alike.",
        "true",
        "The stems are {same}: {params} parameters, {out} out.",
        _c38,
        "compare",
    ),
    PostClaim(
        "C43",
        ("003:291",),
        "The multiplier keeps multiples of 8.",
        "true",
        "{uneven} of {all} blocks have other outputs; but SE's squeeze is cut off: {squeezes}.",
        _c43,
        ARCHITECTURE,
        {"network": "post-003-small", "block": "5"},
    ),
    PostClaim(
        "C51",
        ("004:184",),
        "plot_model draws a vector picture; its example writes a .png.",
        "false",
        "A PNG is a grid of pixels: {pixels:,} for our picture of Small. Its SVG keeps {texts} "
        "texts as text, sharp at any size.",
        _c51,
        ARCHITECTURE,
        {"network": "v3-small", "part": "Downloads"},
    ),
    PostClaim(
        "C56",
        ("004:184",),
        "Generic plots hide SE and h-swish.",
        "true",
        "One SE is {nodes} loose operations; in V3-Small {parts} of {all} operations are SE.",
        _c56,
        ARCHITECTURE,
        {"network": "v3-small", "block": "5"},
    ),
)
