"""What stands below a network's numbers: the paper's own, another rule's, or that it has none."""

import pytest

import viz
from viz.ui.parts.headline import claim_text, matching_claims, rule_notes, silence_notes


@pytest.mark.parametrize(
    ("network", "chosen", "is_silent"),
    [
        ("v2", {}, False),  # Table 4
        ("v2", {"width": 1.25}, True),  # where both rules give the same network, too
        ("v2", {"width": 0.35, "resolution": 300}, True),
        ("v3-small", {"width": 0.9, "resolution": 192}, True),
        ("v2", {"classes": 10}, False),  # the paper speaks of 1,000 only: nothing to look up
        ("post-002", {"width": 1.25}, False),  # no paper
    ],
)
def test_a_size_that_the_paper_does_not_print_is_said_to_be_none(network, chosen, is_silent):
    config = viz.configure(network, **chosen)
    assert bool(silence_notes(config, matching_claims(config))) == is_silent


def test_another_rule_of_the_paper_is_told_with_its_numbers():
    (note,) = rule_notes(viz.trace("v3-small", width=0.75))
    slim = viz.trace("v3-small", width=0.75, width_rule="slim")
    assert f"{slim.params:,}" in note
    assert f"{slim.macs:,}" in note
    assert rule_notes(viz.trace("v2", width=1.25)) == []


def test_macs_beyond_a_thousand_million_are_told_in_g():
    (claim,) = matching_claims(viz.configure("v4-hybrid-large"))
    assert "7.2 G MACs" in claim_text(claim)
    assert "300 M MACs" in claim_text(matching_claims(viz.configure("v2"))[0])
