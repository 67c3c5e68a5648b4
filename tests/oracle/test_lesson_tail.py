"""The last stage and the stem, old and new, cost what the paper and torch say."""

import torch
from counting import counted

from viz.lessons.tail import last_stage, stem
from viz.net.trace import trace


def test_last_stage_falls_from_44_to_10_million():
    change = last_stage()
    assert change.macs == (44_352_960, 10_035_200)
    macs = [op for op in trace("v3-large").operations if op.kind in ("pointwise", "linear")][-3:]
    ours = list(change.after.values())
    assert [op.out_shape for op in macs[-2:]] == [(1280,), (1000,)]
    assert ours[-1].out_shape == (1000,)


def test_old_tail_is_counted_as_torch_counts_it():
    nn = torch.nn
    tail = nn.Sequential(
        nn.Conv2d(160, 960, 1, bias=False),
        nn.Conv2d(960, 960, 3, padding=1, groups=960, bias=False),
        nn.Conv2d(960, 320, 1, bias=False),
        nn.Conv2d(320, 1280, 1, bias=False),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(1280, 1000),
    )
    assert counted(tail, (160, 7, 7)) == (last_stage().params[0], last_stage().macs[0])


def test_half_the_stem_saves_ten_million():
    before, after = stem().macs
    assert before - after == 10_436_608
    assert sum(row.change for row in stem().rows()) == after - before
