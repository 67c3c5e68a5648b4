"""Every ordered pair of sixty networks loaded into each other: none is named that is not there.

``ATLAS_ALL_PAIRS=1`` takes all pairs and 500 cut-outs; a seeded sample of them runs otherwise.
"""

import os
import random
import re
from collections import Counter
from functools import cache, partial
from itertools import permutations

import pytest
import timm
import torch
import torchvision

import viz
from viz.reading.specs import specs_of

TORCHVISION = (
    *("mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "mnasnet0_5", "mnasnet1_0"),
    *("efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_v2_s", "resnet18"),
    *("resnet34", "resnet50", "wide_resnet50_2", "resnext50_32x4d", "shufflenet_v2_x0_5"),
    *("shufflenet_v2_x1_0", "squeezenet1_0", "squeezenet1_1", "densenet121", "regnet_y_400mf"),
)
TIMM = (
    *("mobilenetv1_100", "mobilenetv1_125", "mobilenetv2_050", "mobilenetv2_100"),
    *("mobilenetv2_110d", "mobilenetv2_140", "mobilenetv3_large_075", "mobilenetv3_large_100"),
    *("mobilenetv3_small_050", "mobilenetv3_small_075", "mobilenetv3_small_100"),
    *("tf_mobilenetv3_large_minimal_100", "tf_mobilenetv3_small_minimal_100", "mobilenetv3_rw"),
    *("mobilenetv4_conv_small_050", "mobilenetv4_conv_small", "mobilenetv4_conv_medium"),
    *("mobilenetv4_hybrid_medium", "mobilenet_edgetpu_100", "mnasnet_100", "semnasnet_100"),
    *("spnasnet_100", "fbnetc_100", "efficientnet_b0", "efficientnet_b1", "efficientnet_lite0"),
    *("efficientnet_b0_gn", "lcnet_050", "lcnet_100", "tinynet_a", "tinynet_b", "tinynet_e"),
    *("ghostnet_100", "ghostnetv2_100", "mixnet_s", "rexnet_100", "hardcorenas_a", "resnet18"),
    *("convnext_tiny", "vit_tiny_patch16_224"),
)
NAMES = (*(f"torchvision:{n}" for n in TORCHVISION), *(f"timm:{n}" for n in TIMM))
ALL = "ATLAS_ALL_PAIRS" in os.environ
PAIRS = list(permutations(NAMES, 2))
SAMPLED = PAIRS if ALL else random.Random(0).sample(PAIRS, 60)
CUTS = 500 if ALL else 60


@cache
def shapes(name):
    """Names and shapes of a network's tensors, and the class of its module."""
    library, _, made = name.partition(":")
    models = torchvision.models
    make = getattr(models, made) if library == "torchvision" else partial(timm.create_model, made)
    try:
        with torch.device("meta"):
            module = make()
    except NotImplementedError:  # its own initialisation looks at numbers
        module = make()
    held = {key: tuple(value.shape) for key, value in module.state_dict().items()}
    return held, type(module).__name__


def error_lines(file, model):
    """What PyTorch prints when one is loaded into the other, line by line."""
    theirs, (ours, kind) = shapes(file)[0], shapes(model)
    lines = [f"RuntimeError: Error(s) in loading state_dict for {kind}:"]
    missing = [name for name in ours if name not in theirs]
    unexpected = [name for name in theirs if name not in ours]
    for what, names in (("Missing", missing), ("Unexpected", unexpected)):
        if what == "Missing":  # a file without a version has counters added to it
            names = [name for name in names if not name.endswith("num_batches_tracked")]
        if names:
            quoted = ", ".join(f'"{name}"' for name in names)
            lines.append(f"\t{what} key(s) in state_dict: {quoted}. ")
    for name, shape in ours.items():
        if name in theirs and theirs[name] != shape:
            lines.append(
                f"\tsize mismatch for {name}: copying a param with shape "
                f"torch.Size({list(theirs[name])}) from checkpoint, the shape in current model is "
                f"torch.Size({list(shape)})."
            )
    return lines


def kernels(held):
    """Kernel shapes of a network as the zoo has them: matrices are 1x1."""
    pairs = [tuple(shape) + (1, 1) * (len(shape) == 2) for shape in held.values()]
    return Counter(shape for shape in pairs if len(shape) == 4)


def is_network(config, held):
    """Whether a network of the zoo has the layers of a side, but for a classifier's classes."""
    own = Counter(spec.shape for spec in specs_of(viz.trace(config.variant, **config.arguments())))
    theirs = kernels(held)
    left, more = own - theirs, theirs - own
    return (
        left.total() <= 1
        and more.total() <= 1
        and all(shape[2:] == (1, 1) for shape in (*left, *more))
    )


def wrong_in(answer, file, model):
    """What an answer says that is not so."""
    for side, name in ((answer.file, file), (answer.model, model)):
        held = shapes(name)[0]
        named = (side.match,) if side.match else side.several
        if named and not any(is_network(config, held) for config in named):
            yield f"{name} is called {[config.title for config in named]}"
    told = " ".join(answer.advice)
    if "strict=False" in told and "the model's own head" not in told and "classes" not in told:
        yield f"strict=False: {told}"
    for call in re.findall(r"Build the model as the file is: (.*?)\.(?: |$)", told + " "):
        with torch.device("meta"):
            made = eval(call, {"torchvision": torchvision, "viz": viz})
        built = kernels({n: tuple(v.shape) for n, v in made.state_dict().items()})
        if (built - kernels(shapes(file)[0])).total() > 1:
            yield f"{call} does not load {file}"


def test_no_network_is_named_that_is_not_there():
    wrong, named = [], 0
    for file, model in SAMPLED:
        lines = error_lines(file, model)
        if len(lines) < 2:
            continue
        answer = viz.identify_error("\n".join(lines))
        named += bool(answer.file.match or answer.model.match)
        wrong += [f"{file} -> {model}: {text}" for text in wrong_in(answer, file, model)]
    assert wrong == []
    if ALL:
        assert named > 100


def test_no_network_is_named_in_a_part_of_an_error_that_is_not_there():
    chance, wrong, done = random.Random(1), [], 0
    while done < CUTS:
        file, model = chance.choice(PAIRS)
        lines = error_lines(file, model)
        if len(lines) < 4:
            continue
        start = chance.randrange(1, len(lines) - 1)
        part = lines[start : chance.randint(start + 1, len(lines))]
        if chance.random() < 0.3:
            part = sorted(chance.sample(lines[1:], len(part)), key=lines.index)
        answer = viz.identify_error("\n".join(part))
        wrong += [f"{file} -> {model}: {text}" for text in wrong_in(answer, file, model)]
        done += 1
    assert wrong == []


CASES = [  # the file, the model, and what each side may be called
    ("timm:mobilenetv4_conv_small", "timm:mobilenetv4_conv_small_050", 1.0, 0.5),
    ("timm:tinynet_a", "timm:tinynet_b", None, None),
    ("timm:ghostnet_100", "timm:mobilenetv3_large_100", 1.0, 1.0),
    ("timm:tf_mobilenetv3_large_minimal_100", "timm:mobilenetv3_large_100", 1.0, 1.0),
]


@pytest.mark.parametrize(("file", "model", "width", "other"), CASES)
def test_sides_are_named_where_all_that_is_listed_is_explained(file, model, width, other):
    answer = viz.identify_error("\n".join(error_lines(file, model)))
    found = [side.match and side.match.width for side in (answer.file, answer.model)]
    assert found == [width, other]
    assert "in_channels" not in " ".join(answer.advice)


def test_a_head_s_width_is_not_taken_for_channels_of_an_image():
    said = " ".join(
        viz.identify_error(
            "size mismatch for conv_head.weight: copying a param with shape torch.Size([1280, 512, "
            "1, 1]) from checkpoint, the shape in current model is torch.Size([1280, 1280, 1, 1])."
        ).advice
    )
    assert "input channel" not in said
    assert "1280×512×1×1 in the file" in said


def test_the_last_two_blocks_alone_are_not_called_another_width():
    lines = error_lines("timm:mobilenetv3_large_075", "timm:mobilenetv3_large_100")
    answer = viz.identify_error("\n".join(n for n in lines if "blocks.5" in n))
    assert (answer.file.match, answer.model.match) == (None, None)
