"""Claims about blocks and the rows of tables."""

from viz.activations import label_of
from viz.claims.claim import Facts, PostClaim
from viz.claims.facts import activated, bnecks
from viz.facts.tables import block_rows, shape_text
from viz.lessons.residual import resnet_bottleneck
from viz.lessons.squeeze import squeeze_rows
from viz.net.operations import CONVOLUTIONS, Role
from viz.net.roles import SE_ROLES
from viz.net.trace import trace


def _c7() -> Facts:
    facts = block_rows(trace("v2"))
    return {
        "count": sum(f.kind == "bneck" for f in facts),
        "first": shape_text(facts[1].out_shape),
        "last": shape_text(bnecks("v2")[-1].out_shape),
    }


def _c8() -> Facts:
    def convolutions(key: str) -> int:
        return sum(op.kind in CONVOLUTIONS for op in trace(key).of_block(1))

    return {"paper": convolutions("v2"), "post": convolutions("post-002")}


def _c9() -> Facts:
    block = resnet_bottleneck(64, 14, 1, same=True)
    return {"inside": sum(bool(op.activation) for op in block.operations)}


def _c11() -> Facts:
    rows = {name: bnecks(f"v3-{name}") for name in ("large", "small")}
    five = {f"{name}_five": sum(b.kernel == 5 for b in own) for name, own in rows.items()}
    return {**five, **{name: len(own) for name, own in rows.items()}}


def _c18() -> Facts:
    traced = trace("v3-large")
    first = next(b.name for b in bnecks("v3-large") if b.activation == "hardswish")
    return {"stem": label_of(block_rows(traced)[0].activation), "first": first}


def _c20() -> Facts:
    return {
        "relu": activated("v3-large", "relu"),
        "relu6": activated("v3-large", "relu6"),
        "post": activated("post-004", "relu6"),
    }


def _c21() -> Facts:
    facts: Facts = {}
    for name in ("large", "small"):
        rows = bnecks(f"v3-{name}")
        facts[f"{name}_row"] = 1 + [b.activation for b in rows].index("hardswish")
        facts[f"{name}_se"] = f"{sum(bool(b.squeeze) for b in rows)} of {len(rows)}"
    return facts


def _c22() -> Facts:
    shares = [row.share for row in squeeze_rows([trace("v3-large"), trace("v3-small")])]
    return {
        "low": 100 * min(shares),
        "high": 100 * max(shares),
        "other": sum(share != 0.25 for share in shares),
        "all": len(shares),
    }


def _c40() -> Facts:
    block = bnecks("v3-large")[3]
    return {"exp": block.expanded, "factor": block.expanded / block.channels_in}


def _c41() -> Facts:
    kinds = [facts.kind for facts in block_rows(trace("v3-large"))]
    return {"bneck": kinds.count("bneck"), "all": len(kinds)}


def _c42() -> Facts:
    def activated(key: str, role: Role) -> int:
        return sum(op.role == role and bool(op.activation) for op in trace(key).operations)

    roles = (Role.DEPTHWISE, Role.PROJECT)
    return {
        **{f"post_{role}": activated("post-003-large", role) for role in roles},
        **{f"paper_{role}": activated("v3-large", role) for role in roles},
    }


def _c44() -> Facts:
    block = bnecks("v3-large")[3]
    return {"into": block.channels_in, "out": block.channels_out}


def _c47() -> Facts:
    named = [op.activation for op in trace("post-004").operations if op.role not in SE_ROLES]
    return {"relu": named.count("relu"), "relu6": named.count("relu6")}


ARCHITECTURE = "architecture"
BLOCKS = (
    PostClaim(
        "C7",
        ("001:84-97",),
        "V2's table holds the shapes of its blocks.",
        "true",
        "{count} blocks, from {first} to {last}, as torchvision builds them.",
        _c7,
        ARCHITECTURE,
        {"network": "v2"},
    ),
    PostClaim(
        "C8",
        ("001:98",),
        "The row with t = 1 has no expansion.",
        "imprecise",
        "True of its own code and of torchvision: {paper} convolutions. Post 002's block has "
        "{post}, and posts 003 and 004 keep it too.",
        _c8,
        "compare",
        {"network": "v2", "b_network": "post-002"},
    ),
    PostClaim(
        "C9",
        ("001:64-65",),
        "ResNet's block activates three times, then adds.",
        "imprecise",
        "Before the addition there are {inside} ReLUs; the last one comes after it.",
        _c9,
        "residual",
    ),
    PostClaim(
        "C11",
        ("001:68", "002:5", "004:50"),
        "The block contains a 3×3 depthwise separable convolution.",
        "imprecise",
        "It is depthwise only, and 5×5 in {large_five} of {large} rows of Large and {small_five} "
        "of {small} of Small.",
        _c11,
        ARCHITECTURE,
        {"network": "v3-small"},
    ),
    PostClaim(
        "C18",
        ("001:119",),
        "h-swish is used in deep layers only.",
        "imprecise",
        "The stem has {stem} too; among the blocks it begins at {first}.",
        _c18,
        ARCHITECTURE,
        {"network": "v3-large", "block": "0"},
    ),
    PostClaim(
        "C20",
        ("001:119", "001:152"),
        "RE means ReLU6.",
        "false",
        "V3-Large has {relu} ReLU and {relu6} ReLU6. Post 004's code does use ReLU6, {post} times.",
        _c20,
        "compare",
        {"network": "v3-large", "b_network": "post-004"},
    ),
    PostClaim(
        "C21",
        ("001:152", "001:167"),
        "Large switches to h-swish at row 7; Small earlier, and has more SE.",
        "true",
        "Row {large_row} of Large, row {small_row} of Small; SE in {large_se} and {small_se} rows.",
        _c21,
        "compare",
    ),
    PostClaim(
        "C22",
        ("001:129", "001:547"),
        "SE squeezes to 1/4.",
        "imprecise",
        "{low:.1f} to {high:.1f} %; by rounding, {other} of {all} blocks have no exact quarter.",
        _c22,
        "squeeze",
        {"part": "Widths and cost"},
    ),
    PostClaim(
        "C40",
        ("003:123",),
        "exp size is the expansion factor.",
        "false",
        "It is a number of channels: {exp} in the fourth row of Large, a factor of {factor:g}.",
        _c40,
        ARCHITECTURE,
        {"network": "v3-large", "block": "4"},
    ),
    PostClaim(
        "C41",
        ("003:125",),
        "Every row of the table is a bneck.",
        "imprecise",
        "{bneck} of {all}; the others are stem, last convolution, pooling and classifier.",
        _c41,
        ARCHITECTURE,
        {"network": "v3-large"},
    ),
    PostClaim(
        "C42",
        ("003:191",),
        "The depthwise step has no activation.",
        "false",
        "The paper activates {paper_depthwise} depthwise steps and {paper_project} projections; "
        "this post {post_depthwise} and {post_project}, so its bottleneck is not linear.",
        _c42,
        ARCHITECTURE,
        {"network": "post-003-large", "block": "2"},
    ),
    PostClaim(
        "C44",
        ("004:34",),
        "The table's fourth column gives the input channels.",
        "false",
        "#out is what leaves the block: in the fourth row {into} go in and {out} come out.",
        _c44,
        ARCHITECTURE,
        {"network": "v3-large", "block": "4"},
    ),
    PostClaim(
        "C47",
        ("004:36",),
        "RE is ReLU.",
        "true",
        "Yes; but its code has {relu} ReLU and {relu6} ReLU6 under that name.",
        _c47,
        "compare",
        {"network": "v3-large", "b_network": "post-004"},
    ),
)
