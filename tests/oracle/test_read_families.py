"""All classifiers of torchvision, one network of every family of timm, against torch's counter.

They are made and run without values (device meta), so that size costs nothing.
"""

import pytest
import timm
import torch
import torchvision
from graphs_of_others import params_of
from lists import some_of
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

import viz
from viz.net.notes import notes_of

TIMM = (
    *("beit_base_patch16_224", "halonet_h1", "mobileone_s1", "cait_xxs24_224", "coat_tiny"),
    *("convit_tiny", "convmixer_768_32", "convnext_atto_rms", "cpubone_nano"),
    *("crossvit_tiny_240", "csatv2", "cs3darknet_focus_s", "cspnext_tiny", "davit_tiny"),
    *("deepseek_vit_412m", "deit_tiny_patch16_224", "densenet121", "dla46x_c", "dpn48b"),
    *("edgenext_xx_small", "efficientformer_l1", "efficientformerv2_s0", "mobilenetv2_035"),
    *("efficientvim_m1", "efficientvit_b0", "efficientvit_m0", "vit_tiny_patch16_dinov3_qkvb"),
    *("fasternet_t0", "fastvit_t8", "focalnet_tiny_srf", "gcvit_xxtiny", "gemma4_vit_167m"),
    *("ghostnet_050", "hardcorenas_b", "hgnetv2_b0", "hiera_tiny_224", "sam2_hiera_tiny"),
    *("hrnet_w18_small", "iformer_t", "inception_next_atto", "inception_resnet_v2"),
    *("inception_v3", "inception_v4", "lcnetv2_small", "levit_128s", "lowformer_b0"),
    *("test_mambaout", "maxvit_pico_rw_256", "poolformerv2_s12", "gmlp_ti16_224"),
    *("mobilenetv3_small_050", "mobilenetv5_base", "mobilevit_xxs", "mvitv2_tiny"),
    *("naflexvit_base_patch16_parfac_gap", "nasnetalarge", "nest_tiny", "nextvit_small"),
    *("nf_regnet_b0", "pit_ti_224", "pnasnet5large", "pvt_v2_b0", "qwen3_vit_88m"),
    *("rdnet_tiny", "regnetx_004_tv", "repghostnet_050", "repvit_m1", "res2next50"),
    *("resnest14d", "resnet18", "resnetv2_18", "rexnet_100", "selecsls42", "legacy_seresnet18"),
    *("sequencer2d_s", "shvit_s1", "skresnet18", "starnet_s050", "swiftformer_xs"),
    *("swin_tiny_patch4_window7_224", "swinv2_tiny_window8_256", "swinv2_cr_tiny_224"),
    *("tiny_vit_5m_224", "tnt_s_legacy_patch16_224", "tresnet_m", "twins_svt_small", "vgg11"),
    *("visformer_tiny", "vit_tiny_patch16_224", "vit_tiny_r_s16_p8_224", "test_vit_relpos"),
    *("samvit_base_patch16_224", "vitamin_small_224", "volo_d1_224", "ese_vovnet19b_slim_dw"),
    *("legacy_xception", "xception41p", "xcit_nano_12_p8_224"),
)
TORCHVISION = torchvision.models.list_models(module=torchvision.models)
ONE_OF_A_FAMILY = (
    *("alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "efficientnet_v2_s"),
    *("googlenet", "inception_v3", "maxvit_t", "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small"),
    *("regnet_y_400mf", "resnet18", "resnext50_32x4d", "shufflenet_v2_x0_5", "squeezenet1_0"),
    *("swin_t", "swin_v2_t", "vgg11_bn", "vit_b_32", "wide_resnet50_2"),
)
# Second classifiers that run in training alone: their parameters take no part, and a note says so.
ONLY_IN_TRAINING = ("googlenet", "inception_v3")


@pytest.fixture(autouse=True)
def two_products():
    """Attention as the two products that torch counts, not as one kernel."""
    timm.layers.set_fused_attn(False)
    yield
    timm.layers.set_fused_attn(True)


def macs_of(module, *shape):
    with FlopCounterMode(display=False) as counter:
        module(torch.zeros(1, *shape, device=next(module.parameters()).device))
    return counter.get_total_flops() // 2


def check(module, *shape):
    """Parameters, multiply-adds and nothing uncounted."""
    traced = viz.read(module, shape[1:])
    assert (traced.params, traced.macs) == (params_of(module), macs_of(module, *shape))
    assert not traced.uncounted


@pytest.mark.parametrize("name", some_of(TORCHVISION, ONE_OF_A_FAMILY))
def test_a_network_of_torchvision(name):
    more = {"init_weights": False} if name in ONLY_IN_TRAINING else {}
    # RegNets compute their widths by tensors, which need values
    with torch.device("cpu" if name.startswith("regnet") else "meta"):
        module = torchvision.models.get_model(name, weights=None, **more).to("meta").eval()
    if name not in ONLY_IN_TRAINING:
        check(module, 3, 224, 224)
        return
    traced = viz.read(module, 299)
    (note,) = notes_of(traced.config)
    assert f"{params_of(module) - traced.params:,} of its parameters take no part" in note
    module.aux1 = module.aux2 = module.AuxLogits = None
    assert (traced.params, traced.macs) == (params_of(module), macs_of(module, 3, 299, 299))


@pytest.mark.parametrize("name", some_of(TIMM, TIMM[::4]))
def test_a_network_of_a_family_of_timm(name):
    with torch.device("meta"):
        module = timm.create_model(name).eval()
    check(module, *module.pretrained_cfg.get("input_size", (3, 224, 224)))


def test_every_family_of_timm_is_there():
    for family in timm.list_modules():
        assert set(TIMM) & set(timm.list_models(module=family)), family


class Spelled(nn.Module):
    """A convolution, and whatever follows it."""

    def __init__(self, function):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=4)
        self.wide = nn.Conv1d(8, 6, 3)
        self.deep = nn.Conv3d(1, 2, 3)
        self.codes = nn.Conv2d(2, 8, 1)
        self.weight = nn.Parameter(torch.zeros(8, 5))
        self.function = function

    def forward(self, image):
        return self.function(self, self.stem(image))


def under_autocast(net, x):
    with torch.amp.autocast("cpu", enabled=False):
        y = net.codes(x[:, :2])
        with torch.no_grad():
            z = torch.einsum("bchw,cd->bdhw", y, net.weight)
    return z.mean() + y


@pytest.mark.parametrize(
    "function",
    [
        lambda net, x: torch.einsum("bchw,cd->bdhw", x, net.weight),
        lambda net, x: torch.addmm(net.weight[0], x.mean((2, 3)), net.weight),
        lambda net, x: torch.baddbmm(x[0], x[0], x[0].mT),
        lambda net, x: net.wide(x.flatten(2)),
        lambda net, x: net.deep(x[:, None]),
        lambda net, x: x + net.codes(torch.ones(1, 2, 1, 1)),
        lambda net, x: x + net.codes(torch.ones(1, 2, 1, 1)) * net.codes(torch.zeros(1, 2, 1, 1)),
        lambda net, x: functional.conv2d(x, (net.weight @ net.weight.T)[..., None, None]),
        lambda net, x: x.clamp(min=x.mean()).addcmul(x, x).reshape_as(x).swapaxes(2, 3).rsqrt(),
        under_autocast,
    ],
)
def test_what_torch_counts_within_any_operator_is_counted(function):
    """Also products of constants, and what runs in a region of its own."""
    module = Spelled(function).eval()
    traced = viz.read(module, 32)
    assert traced.macs == macs_of(module, 3, 32, 32)
    assert not traced.uncounted


@pytest.mark.parametrize(
    ("written_over", "new"),
    [
        (lambda x: x.mean((2, 3)).addmm_(x[:, 0, 0, :1], x[:, 0, 0, :8]), torch.addmm),
        (lambda x: x[0].clone().baddbmm_(x[0], x[0].mT), torch.baddbmm),
    ],
)
def test_products_that_write_over_a_tensor_are_counted_as_those_that_do_not(written_over, new):
    """torch's counter has no formula for the former."""

    def plainly(x):
        if new is torch.addmm:
            return new(x.mean((2, 3)), x[:, 0, 0, :1], x[:, 0, 0, :8])
        return new(x[0].clone(), x[0], x[0].mT)

    first, second = (
        viz.read(Spelled(lambda _net, x, made=made: made(x)).eval(), 64)
        for made in (written_over, plainly)
    )
    module = Spelled(lambda _net, x: plainly(x)).eval()
    assert first.macs == second.macs == macs_of(module, 3, 64, 64)
    assert not first.uncounted
