"""One network's weights under the names and layouts of several libraries.

The names are those of TF-slim's checkpoints, TensorFlow.js and Keras (``weights.md`` of the
project's sources lists them), of xiaolai-sqlai and of bubbliiiing; kernels of TensorFlow lie as
(height, width, in, out), depthwise ones as (height, width, channels, 1).
"""

from viz.reading.specs import specs_of

SLIM_NORM = {"weight": "gamma", "bias": "beta"} | {
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}


def _turned(value, role):
    """A kernel in TensorFlow's layout."""
    if value.dim() != 4:
        return value
    return value.permute(2, 3, 0, 1) if role == "depthwise" else value.permute(2, 3, 1, 0)


def _parts(traced, weights):
    """Layer after layer: its spec, its kernel and bias, and its norm's four vectors."""
    for spec in specs_of(traced):
        own = {p: weights[f"{spec.path}.{p}"] for p in ("weight", "bias")[: 1 + spec.bias]}
        norm = {p: weights[f"{spec.norm}.{p}"] for p in SLIM_NORM} if spec.norm else {}
        yield spec, own, norm


def slim(traced, weights, root="MobilenetV2"):
    """TF-slim's V2 and V3: expanded_conv, expanded_conv_1, ..."""
    named, after = {}, 0
    for spec, own, norm in _parts(traced, weights):
        role = str(spec.role)
        block = "expanded_conv" + f"_{spec.block - 1}" * (spec.block > 1)
        if spec.block == 0:
            place = "Conv"
        elif role in ("expand", "depthwise", "project"):
            place = f"{block}/{role}"
        elif role in ("SE reduce", "SE expand"):
            place = f"{block}/squeeze_excite/Conv" + "_1" * (role == "SE expand")
        elif role == "classifier":
            place = "Logits/Conv2d_1c_1x1"
        else:
            after += 1
            place = f"Conv_{after}"
        kernel = "depthwise_weights" if role == "depthwise" else "weights"
        value = own["weight"].reshape(*own["weight"].shape, *(1,) * (4 - own["weight"].dim()))
        named[f"{root}/{place}/{kernel}"] = _turned(value, role)
        if "bias" in own:
            named[f"{root}/{place}/biases"] = own["bias"]
        named |= {f"{root}/{place}/BatchNorm/{SLIM_NORM[p]}": v for p, v in norm.items()}
    return named


def slim_v1(traced, weights):
    """TF-slim's V1: Conv2d_0, Conv2d_1_depthwise, Conv2d_1_pointwise, ..."""
    named = {}
    for spec, own, norm in _parts(traced, weights):
        role = str(spec.role)
        kind = "_depthwise" if role == "depthwise" else "_pointwise"
        place = f"MobilenetV1/Conv2d_{spec.block}{kind if spec.block else ''}"
        if role == "classifier":
            place = "MobilenetV1/Logits/Conv2d_1c_1x1"
        kernel = "depthwise_weights" if role == "depthwise" else "weights"
        value = own["weight"].reshape(*own["weight"].shape, *(1,) * (4 - own["weight"].dim()))
        named[f"{place}/{kernel}"] = _turned(value, role)
        if "bias" in own:
            named[f"{place}/biases"] = own["bias"]
        named |= {f"{place}/BatchNorm/{SLIM_NORM[p]}": v for p, v in norm.items()}
    return named


def with_slots(named):
    """The same beside its moving averages and an optimizer's slots, as TensorFlow names them."""
    slots = {}
    for name, value in named.items():
        slots |= {f"{name}/{slot}": value + 1 for slot in ("ExponentialMovingAverage", "RMSProp")}
    return named | slots


def xiaolai(traced, weights):
    """conv1, bneck.i.conv1 to conv3 with bn1 to bn3, conv2 behind the blocks, linear3, linear4."""
    named, last = {}, (-1, 0)
    for spec, own, norm in _parts(traced, weights):
        role = str(spec.role)
        if role in ("SE reduce", "SE expand"):
            place, beside = f"bneck.{spec.block - 1}.se.se.{1 if role == 'SE reduce' else 4}", ""
        elif role == "classifier" or not norm:
            place, beside = f"linear{4 if role == 'classifier' else 3}", ""
        elif role in ("expand", "depthwise", "project"):
            last = (spec.block, last[1] + 1 if last[0] == spec.block else 1)
            place = f"bneck.{spec.block - 1}.conv{last[1]}"
            beside = f"bneck.{spec.block - 1}.bn{last[1]}"
        else:
            place, beside = ("conv1", "bn1") if spec.block == 0 else ("conv2", "bn2")
        named |= {f"{place}.{p}": v for p, v in own.items()}
        named |= {f"{beside}.{p}": v for p, v in norm.items()}
    return named


def bubbliiiing_v1(traced, weights):
    """stage1 to stage3, in each a Sequential a block, and fc."""
    named = {}
    for spec, own, norm in _parts(traced, weights):
        stage = 1 if spec.block < 6 else 2 if spec.block < 12 else 3
        first = {1: 0, 2: 6, 3: 12}[stage]
        place = f"stage{stage}.{spec.block - first}"
        at = 3 if spec.block and str(spec.role) != "depthwise" else 0
        if str(spec.role) == "classifier":
            named |= {"fc.weight": own["weight"], "fc.bias": own["bias"]}
            continue
        named[f"{place}.{at}.weight"] = own["weight"]
        named |= {f"{place}.{at + 1}.{p}": v for p, v in norm.items()}
    return named


def flat(_traced, weights):
    """Names that are numbers, and no more."""
    return {f"p{number}": value for number, value in enumerate(weights.values())}


def underscored(_traced, weights):
    """Names without dots, as other frameworks' converters leave them."""
    return {name.replace(".", "_"): value for name, value in weights.items()}


def _keras(traced, weights, place_of):
    """Keras: a layer's name, then kernel, bias, gamma, ...; norms by the second name."""
    named = {}
    for spec, own, norm in _parts(traced, weights):
        role = str(spec.role)
        place, beside = place_of(spec, role)
        kernel = "depthwise_kernel" if role == "depthwise" else "kernel"
        value = own["weight"]
        value = value.t() if value.dim() == 2 else _turned(value, role)
        named[f"{place}/{kernel}"] = value
        if "bias" in own:
            named[f"{place}/bias"] = own["bias"]
        named |= {f"{beside}/{SLIM_NORM[p]}": v for p, v in norm.items()}
    return named


def keras_v1(traced, weights):
    """conv1, conv1_bn, conv_dw_1, conv_dw_1_bn, conv_pw_1, ..., conv_preds."""

    def place_of(spec, role):
        kind = {"depthwise": f"conv_dw_{spec.block}", "pointwise": f"conv_pw_{spec.block}"}
        place = kind.get(role, "conv_preds" if role == "classifier" else "conv1")
        return place, f"{place}_bn"

    return _keras(traced, weights, place_of)


def keras_v2(traced, weights):
    """Conv1, bn_Conv1, expanded_conv_depthwise, block_1_expand, ..., Conv_1, predictions."""

    def place_of(spec, role):
        if role in ("expand", "depthwise", "project"):
            block = f"block_{spec.block - 1}" if spec.block > 1 else "expanded_conv"
            return f"{block}_{role}", f"{block}_{role}_BN"
        if role == "classifier":
            return "predictions", ""
        return ("Conv1", "bn_Conv1") if spec.block == 0 else ("Conv_1", "Conv_1_bn")

    return _keras(traced, weights, place_of)


def keras_v3(traced, weights):
    """conv, expanded_conv_depthwise, expanded_conv_1_expand, ..., conv_1, conv_2, logits."""

    def place_of(spec, role):
        block = "expanded_conv" + f"_{spec.block - 1}" * (spec.block > 1)
        if role in ("expand", "depthwise", "project"):
            return f"{block}_{role}", f"{block}_{role}_bn"
        if role in ("SE reduce", "SE expand"):
            return f"{block}_squeeze_excite_conv" + "_1" * (role == "SE expand"), ""
        names = {"stem": "conv", "last conv": "conv_1", "head": "conv_2", "classifier": "logits"}
        return names[role], f"{names[role]}_bn"

    return _keras(traced, weights, place_of)
