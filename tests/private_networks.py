"""Networks with the names, orders and shapes that private repositories give them.

d-li14/mobilenetv3.pytorch, tonylins/pytorch-mobilenet-v2, kuan-wang/pytorch-mobilenet-v3; the code
is our own.
"""

from torch import nn

from viz.net.channels import make_divisible

LARGE = (  # kernel, exp, out, SE, stride: the paper's Table 1
    *((3, 16, 16, 0, 1), (3, 64, 24, 0, 2), (3, 72, 24, 0, 1), (5, 72, 40, 1, 2)),
    *((5, 120, 40, 1, 1), (5, 120, 40, 1, 1), (3, 240, 80, 0, 2), (3, 200, 80, 0, 1)),
    *((3, 184, 80, 0, 1), (3, 184, 80, 0, 1), (3, 480, 112, 1, 1), (3, 672, 112, 1, 1)),
    *((5, 672, 160, 1, 2), (5, 960, 160, 1, 1), (5, 960, 160, 1, 1)),
)
V2 = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))


def conv_bn(inputs: int, outputs: int, kernel: int = 1, groups: int = 1) -> list[nn.Module]:
    conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs)]


class Part(nn.Module):
    """A named list of layers that nobody runs: only its names and shapes are looked at."""

    def __init__(self, **children: nn.Module) -> None:
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)


def squeeze(channels: int, waist: int, *, bias: bool) -> nn.Module:
    return Part(
        fc=nn.Sequential(
            nn.Linear(channels, waist, bias=bias), nn.ReLU(), nn.Linear(waist, channels, bias=bias)
        )
    )


def li14_block(inputs: int, row: tuple[int, ...]) -> nn.Module:
    kernel, exp, out, se, _ = row
    gate = [squeeze(exp, make_divisible(exp / 4), bias=True)] if se else [nn.Identity()]
    depthwise = conv_bn(exp, exp, kernel, exp)
    if inputs == exp:
        return Part(conv=nn.Sequential(*depthwise, nn.ReLU(), *gate, *conv_bn(exp, out)))
    expand = conv_bn(inputs, exp)
    layers = [*expand, nn.ReLU(), *depthwise, *gate, nn.ReLU(), *conv_bn(exp, out)]
    return Part(conv=nn.Sequential(*layers))


def li14(classes: int) -> nn.Module:
    """d-li14's V3-Large at width 1: SE of matrices, names ``features.i.conv.j``."""
    features = [nn.Sequential(*conv_bn(3, 16, 3))]
    inputs = 16
    for row in LARGE:
        features.append(li14_block(inputs, row))
        inputs = row[2]
    head = nn.Sequential(nn.Linear(960, 1280), nn.ReLU(), nn.Dropout(), nn.Linear(1280, classes))
    conv = nn.Sequential(*conv_bn(inputs, 960))
    return Part(features=nn.Sequential(*features), conv=conv, classifier=head)


def kuan_wang(classes: int) -> nn.Module:
    """V3-Large that keeps the expansion 16 -> 16; SE cut off to a quarter, without biases."""
    features = [nn.Sequential(*conv_bn(3, 16, 3))]
    inputs = 16
    for kernel, exp, out, se, _ in LARGE:
        gate = squeeze(exp, exp // 4, bias=False) if se else nn.Identity()
        layers = [*conv_bn(inputs, exp), nn.ReLU(), *conv_bn(exp, exp, kernel, exp), gate]
        features.append(Part(conv=nn.Sequential(*layers, nn.ReLU(), *conv_bn(exp, out))))
        inputs = out
    features.append(nn.Sequential(*conv_bn(inputs, 960)))
    features += [nn.AdaptiveAvgPool2d(1), nn.Conv2d(960, 1280, 1)]
    head = nn.Sequential(nn.Dropout(), nn.Linear(1280, classes))
    return Part(features=nn.Sequential(*features), classifier=head)


def tonylins(width: float, classes: int) -> nn.Module:
    """V2 whose stem is always 32 and whose first block is always 16 wide."""
    features = [nn.Sequential(*conv_bn(3, 32, 3))]
    inputs = 32
    for t, c, n in V2:
        out = make_divisible(c * width) if t > 1 else c
        for _ in range(n):
            hidden = inputs * t
            expand = [*conv_bn(inputs, hidden), nn.ReLU6()] if t > 1 else []
            layers = [*expand, *conv_bn(hidden, hidden, 3, hidden), nn.ReLU6()]
            features.append(Part(conv=nn.Sequential(*layers, *conv_bn(hidden, out))))
            inputs = out
    last = make_divisible(1280 * width) if width > 1 else 1280
    features.append(nn.Sequential(*conv_bn(inputs, last)))
    return Part(features=nn.Sequential(*features), classifier=nn.Linear(last, classes))
