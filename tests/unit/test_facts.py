"""Facts that rows state: equal to the paper's numbers, and to what the operations really do."""

import dataclasses
import math
import subprocess
import sys
from pathlib import Path

import viz
from viz.facts.tables import block_rows
from viz.net import kinds
from viz.net.attention import MobileMQA
from viz.net.blocks import Bneck, Bottleneck, FullConv, LastConv, Stem
from viz.net.design import FORMS
from viz.net.heads import Classifier, Hidden
from viz.net.operations import WINDOWS, Role
from viz.net.roles import BRANCH_ROLES
from viz.net.rows import Row
from viz.net.universal import FACES, UIB, FusedIB
from viz.net.zoo import ZOO

ROOT = Path(__file__).parents[2]


def unrolled(network: str) -> list[Row]:
    """One row a block: V2's rows stand for several."""
    rows = []
    for row in ZOO[network].rows:
        repeats = getattr(row, "n", 1)  # rows of several blocks
        rows += [row] * repeats
    return rows


def test_facts_are_the_papers_numbers_at_width_one(network):
    traced = viz.trace(network)
    before, previous = 3, None
    for row, block in zip(unrolled(network), traced.blocks, strict=True):
        facts = block.facts
        assert block.kind == row.kind.key
        assert block.channels_in == before
        if isinstance(row, (Stem, LastConv, FullConv)):
            kernel = 1 if isinstance(row, LastConv) else row.kernel
            assert facts.kernels == (kernel,)
        if isinstance(row, Bneck):
            assert (facts.kernels, facts.expanded) == ((row.kernel,), row.exp)
            assert bool(facts.squeeze) == row.se
            assert (facts.activation, facts.stride) == (row.nl, row.stride)
        if isinstance(row, Bottleneck):
            first = row is not previous
            assert facts.expanded == row.t * block.channels_in
            assert facts.stride == (row.stride if first else 1)
            assert (facts.kernels, facts.activation) == ((row.kernel,), row.nl)
            assert bool(facts.squeeze) == row.se
        if isinstance(row, UIB):
            assert (facts.kernels, facts.expanded) == ((row.start, row.middle), row.exp)
            assert (facts.activation, facts.stride) == (row.nl, row.stride)
        if isinstance(row, MobileMQA):
            assert (facts.heads, facts.expanded) == (row.heads, row.heads * row.dim)
        if isinstance(row, FusedIB):
            assert (facts.kernels, facts.expanded) == ((row.kernel,), row.exp)
            assert facts.groups == (row.exp // row.group_size if row.group_size else 1)
        if isinstance(row, Hidden):
            assert (facts.activation, facts.normed) == (row.nl, False)
        if not isinstance(row, Classifier) and hasattr(row, "out"):
            assert block.channels_out == row.out
        before, previous = block.channels_out, row


def test_facts_are_what_the_operations_do(network):
    """Facts and operations are written down side by side; here one is read off the other."""
    chosen = dict.fromkeys(ZOO[network].options, True)
    # as trained, branches repeat what the fused form has once: tests/oracle/test_branches.py
    fused = {"fused": True} if "fused" in chosen else {}
    plain = viz.trace(network, width=0.6, resolution=97, **fused)
    for traced in (plain, viz.trace(network, **chosen)):
        for block in traced.blocks:
            operations = traced.of_block(block.index)
            main = [op for op in operations if op.role.unit != "SE"]
            convolutions = [op for op in main if op.kind in WINDOWS]
            convolutions = [op for op in convolutions if op.role not in BRANCH_ROLES]
            spatial = [op.kernel for op in convolutions if op.kind != "pointwise"]
            facts = block.facts
            kernels = spatial or [op.kernel for op in convolutions][:1]
            if block.kind not in (
                "ffn",
                "head",
                "attention",
            ):  # no spatial one
                assert [kernel for kernel in facts.kernels if kernel] == kernels
            assert facts.stride == math.prod(op.stride for op in convolutions)
            assert facts.dilation == max((op.dilation for op in convolutions), default=1)
            waists = [op.out_shape[0] for op in operations if op.role == Role.REDUCE]
            assert waists == [facts.squeeze] * bool(facts.squeeze)
            projected = [op.in_shape[0] for op in convolutions if op.role == Role.PROJECT]
            if block.kind != "ghost":  # its projection is a concatenation
                assert projected == [facts.expanded] * bool(facts.expanded)
            named = {op.activation for op in main if op.activation and op.role != Role.ATTEND}
            assert named <= {facts.activation}
            assert facts.residual == any(op.kind == "add" for op in operations)
            assert facts.normed == any(op.kind == "norm" for op in main) or block.kind == "pool"
            assert block.in_shape == operations[0].in_shape
            assert block.out_shape == operations[-1].out_shape


def test_a_kind_that_is_not_in_the_table_fails_at_import():
    code = "import runpy, viz.net.kinds as k; del k.KINDS['last conv']; runpy.run_module(MODULE)"
    code = code.replace("MODULE", "'viz.net.blocks'")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "viz.net.kinds.KINDS has no row for 'last conv'" in done.stderr


# Kinds that only networks which were read have: tests/test_read_modules.py finds each of them.
OF_READ = {"residual", "branches", "other"}


def test_every_row_class_names_its_kind_and_every_kind_is_used():
    zoo = {row for network in ZOO.values() for row in network.rows}
    rows = {type(row) for row in zoo} | {form.row for form in FORMS.values()}
    used = {row.kind.key for row in rows if row is not UIB}
    used |= {kind.key for kind in FACES.values()}
    assert used | OF_READ == set(kinds.KINDS)
    assert not used & OF_READ
    for row in rows:
        assert "kind" not in {field.name for field in dataclasses.fields(row)}


def test_tables_repeat_the_facts(network):
    traced = viz.trace(network)
    for block, row in zip(traced.blocks, block_rows(traced), strict=True):
        assert block.facts._asdict().items() <= row._asdict().items()
