"""Implementations printed in blog posts, mistakes included.

Rows are the papers'; what the posts do otherwise is in each entry's dialect.
"""

from dataclasses import replace
from typing import NamedTuple

from viz.net.blocks import Bneck, FullConv, LastConv, Squeeze, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Dialect, Norm
from viz.net.heads import Classifier, Hidden, Pool
from viz.net.rows import Row
from viz.net.zoo.network import Network
from viz.net.zoo.v2 import V2
from viz.net.zoo.v3 import HS, V3_LARGE, V3_SMALL


class Article(NamedTuple):
    """A post's own title, and a public link to its code; empty where it gives none."""

    title: str
    url: str = ""


ARTICLES = {
    "000": Article("深入理解 MobileNet v3 的 PyTorch 源码"),
    "001": Article("个人CNN学习记录之MobileNet系列(V1、V2、V3)"),
    "002": Article("深度学习(MobileNetV2)"),
    "003": Article("探索与实现 MobileNet V3 网络结构", "https://github.com/SpikeKing/mobilenet_v3"),
    "004": Article(
        "神经网络学习小记录38——MobileNetV3(large)模型的复现详解",
        "https://github.com/bubbliiiing/classic-convolution-network",
    ),
}
NO_WIDTHS = (WidthRule("post", "The post", scales=False),)
SCALES_HEAD = (WidthRule("post", "The post"),)
TORCH_NORM = Norm(eps=1e-5, momentum=0.1)
BIASED = Dialect(bias=True, keeps_expansion=True, squeeze="floor")


def _body(network: Network) -> tuple[Row, ...]:
    """The rows before the last convolution."""
    last = next(i for i, row in enumerate(network.rows) if isinstance(row, LastConv))
    return network.rows[:last]


def _relu6_for_relu(row: Row) -> Row:
    return replace(row, nl="relu6") if isinstance(row, Bneck) and row.nl == "relu" else row


POST_000 = Network(
    key="post-000",
    name="Toy V3 (blog code)",
    short="Toy V3 (post 0)",
    year=2019,
    paper="post 000",
    table="code",
    summary="Two convolutions with SE on the stem, shown as the base of V3.",
    rows=(Stem(16, "relu6"), Squeeze(), FullConv(24, "relu6", 2)),
    rules=NO_WIDTHS,
    claim_rule="post",
    norm=TORCH_NORM,
    dropout=0.0,
    dialect=Dialect(squeeze="floor", squeeze_bias=False, gate="sigmoid"),
    group="posts",
)

POST_001_V2 = replace(
    V2,
    key="post-001-v2",
    name="V2 with a scaled head (blog code)",
    short="V2 (post 1)",
    paper="post 001",
    table="code",
    summary="V2 whose last 1280 channels shrink with the width too.",
    rules=SCALES_HEAD,
    claim_rule="post",
    group="posts",
    claims=(),
    functional_pool="",
    deepens="",
)

POST_002 = replace(
    V2,
    key="post-002",
    name="V2 with a kept expansion (blog code)",
    short="V2 (post 2)",
    paper="post 002",
    table="code",
    summary="V2 that keeps the expansion with t = 1, without dropout.",
    rows=(*V2.rows[:-1], Classifier(dropout=False)),
    rules=NO_WIDTHS,
    claim_rule="post",
    dialect=Dialect(keeps_expansion=True),
    group="posts",
    claims=(),
    functional_pool="",
    deepens="",
)

_POST_003 = replace(BIASED, activates_depthwise=False, activates_projection=True)

POST_003_LARGE = replace(
    V3_LARGE,
    key="post-003-large",
    name="V3-Large, ReLU after projection (blog code)",
    short="V3-Large (post 3)",
    paper="post 003",
    table="code",
    summary="Biases everywhere; the projection is activated, the depthwise step is not.",
    rows=(*_body(V3_LARGE), LastConv(960, HS), Pool(), Hidden(1280, HS), Classifier(dropout=False)),
    rules=SCALES_HEAD,
    claim_rule="post",
    norm=TORCH_NORM,
    options=(),
    dialect=_POST_003,
    group="posts",
    claims=(),
)

POST_003_SMALL = replace(
    POST_003_LARGE,
    key="post-003-small",
    name="V3-Small, ReLU after projection (blog code)",
    short="V3-Small (post 3)",
    summary="As its Large, with SE in place of the last normalisation and a head of 1280.",
    rows=(
        *_body(V3_SMALL),
        LastConv(576, HS, se_for_norm=True),
        Pool(),
        Hidden(1280, HS),
        Classifier(dropout=False),
    ),
)

POST_004 = replace(
    V3_LARGE,
    key="post-004",
    name="V3-Large with h-swish gates (blog code)",
    short="V3-Large (post 4)",
    paper="post 004",
    table="code",
    summary="ReLU6 under the name RE, h-swish as SE's gate, TensorFlow's padding, softmax.",
    rows=(
        *(_relu6_for_relu(row) for row in _body(V3_LARGE)),
        LastConv(960, HS),
        Pool(),
        Hidden(1280, HS),
        Classifier(dropout=False, softmax=True),
    ),
    rules=NO_WIDTHS,
    claim_rule="post",
    options=(),
    dialect=replace(BIASED, gate="hardswish", squeeze_activation="relu6", same_padding=True),
    group="posts",
    claims=(),
)

POSTS = (POST_000, POST_001_V2, POST_002, POST_003_LARGE, POST_003_SMALL, POST_004)
