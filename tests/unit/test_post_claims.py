"""Claims of the posts: evidence that is computed, and is what was measured."""

import functools
import re
from dataclasses import replace

import numpy as np
import pytest

from viz import activations
from viz.claims import CLAIMS, QUIZ, UNCOMPUTED, VERDICTS, functions, networks
from viz.lessons import residual
from viz.lessons.functions import grid_step, largest_gap, lowest_point
from viz.lessons.windows import pytorch_windows
from viz.net import channels, cost
from viz.net.trace import _rows, kept_trace
from viz.net.zoo import ZOO

# Measured by running the posts' code and the libraries.
MEASURED = {
    "C2": ["72 filters", "1/2.77", "1/8.56"],
    "C5": ["3.1 %", "94.9 %"],
    "C14": ["0.02353", "0.196"],
    "C15": ["-0.3750", "-1.50"],
    "C16": ["up to 6", "at 1"],
    "C17": ["0.1423", "= 3"],
    "C20": ["19 ReLU", "0 ReLU6"],
    "C21": ["Row 7", "row 4", "8 of 15", "9 of 11"],
    "C22": ["50.0 %", "8 of 17"],
    "C24": ["-9.99 %", "+100 %", "from 4 to 8"],
    "C25": ["10.44 M"],
    "C26": ["44.35 M", "10.04 M", "166,608"],
    "C27": ["640", "1280"],
    "C28": ["5.48 M", "2.57 M", "182.3 M", "1.10 M", "43.8 M"],
    "C31": ["312 of 314", "2000×640"],
    "C32": ["6,405 of 2,230,277", "34,112"],
    "C33": ["24×56×56"],
    "C45": ["4.23 → 3.50 → 5.48", "569 → 301 → 217", "2.54 M"],
    "C47": ["0 ReLU ", "12 ReLU6"],  # six rows with RE, each activates twice
    "C48": ["gives 0 ", "0.5", "-0.375"],
}
# Claims of the dissection that are neither computed nor listed as left out would be forgotten.
NUMBERS = range(1, 57)


@pytest.mark.parametrize("key", MEASURED)
def test_evidence_is_what_was_measured(key):
    shown = CLAIMS[key].shown()
    for piece in MEASURED[key]:
        assert piece in shown


def test_every_claim_is_computed_or_says_why_not():
    listed = [*CLAIMS, *(claim.key for claim in UNCOMPUTED)]
    assert sorted(listed, key=lambda key: int(key[1:])) == [f"C{n}" for n in NUMBERS]
    assert all(claim.reason for claim in UNCOMPUTED)


def test_verdicts_are_all_in_use():
    assert {claim.verdict for claim in CLAIMS.values()} == set(VERDICTS)


NAMES = re.compile(r"V[1-4]\b|1/|ReLU6|\b[1-9]×[1-9]|[Pp]osts? 00\d|and 00\d|\bAt 0\.75\b")


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.key)
def test_no_number_is_typed_into_the_evidence(claim):
    written = re.sub(r"\{[^}]*\}", "", claim.evidence)
    assert not re.search(r"\d", NAMES.sub("", written)), written
    assert "{" in claim.evidence


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.key)
def test_no_fact_is_typed_in_but_computed(claim, monkeypatch):
    """In a world where everything the zoo is made of is different, so is the evidence."""
    before = claim.shown()
    distort(monkeypatch)
    try:
        after = claim.shown()
    except (ArithmeticError, LookupError, ValueError, StopIteration):
        return  # what it counts is no longer there, which typed figures would not notice
    assert after != before


def _without_activation(*parts, genuine=residual._unit, **chosen):
    genuine(*parts, **chosen | {"activation": None})


def forget():
    """What was computed in this world, or in the other one."""
    for kept in (_rows, kept_trace, largest_gap, lowest_point):
        kept.cache_clear()


def distort(monkeypatch):
    """Other rows, other rounding, other functions, other costs."""
    forget()
    for key, network in ZOO.items():
        rows = []
        for index, row in enumerate(network.rows):
            changed = {}
            if hasattr(row, "out"):
                changed["out"] = row.out + 9
            if hasattr(row, "kernel"):
                changed["kernel"] = 7
            if hasattr(row, "se"):
                changed["se"] = index % 3 == 0
            if hasattr(row, "nl"):
                changed["nl"] = "relu6" if row.nl == "relu" else "relu"
            rows.append(replace(row, **changed))
        rows.insert(2, rows[1])
        dialect = replace(
            network.dialect, activates_projection=True, keeps_expansion=True, squeeze="floor"
        )
        monkeypatch.setitem(ZOO, key, replace(network, rows=tuple(rows), dialect=dialect))
    for name in ("params", "macs"):
        genuine = getattr(cost, name)
        monkeypatch.setattr(cost, name, lambda op, genuine=genuine: 3 * genuine(op) + 7)
    for key, curve in activations.CURVES.items():
        odd = replace(
            curve,
            values=lambda x, f=curve.values: f(x) * 1.3 + 0.7,
            derivative=lambda x, f=curve.derivative: f(x) * 1.3 + np.abs(x),
        )
        monkeypatch.setitem(activations.CURVES, key, odd)
    for module, name, odd in (
        (residual, "RESNET_FACTOR", 5),
        (residual, "_unit", _without_activation),
        (functions, "make_divisible", functools.partial(channels.make_divisible, divisor=5)),
        (functions, "grid_step", lambda top: 2 * grid_step(top)),
        (functions, "pytorch_windows", lambda w, f, s, p: pytorch_windows(w, f, s, p + 1)),
    ):
        monkeypatch.setattr(module, name, odd)
    networks._pictures.cache_clear()


@pytest.fixture(autouse=True)
def _forget():
    yield
    forget()


def test_quiz_has_eight_questions_about_claims_that_do_not_hold():
    assert [question.claim for question in QUIZ] == [
        "C16",
        "C20",
        "C24",
        "C33",
        "C42",
        "C44",
        "C48",
        "C51",
    ]
    for question in QUIZ:
        assert 0 <= question.right < len(question.answers)
        assert len(set(question.answers)) == 3
