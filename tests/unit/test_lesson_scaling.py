"""The grid of widths and resolutions holds what the papers published."""

import viz
from viz import configure
from viz.exports.figure_table import FIGURES
from viz.lessons.scaling import grid_rows, narrowed, paper_claims, published_rows, sources


def test_v1_has_the_papers_sixteen_points():
    claims = paper_claims(viz.configure("v1"))
    assert {(c.width, c.resolution) for c in claims} == {
        (width, resolution)
        for width in (0.25, 0.5, 0.75, 1.0)
        for resolution in (128, 160, 192, 224)
    }


def test_grid_holds_the_choice_and_every_published_pair(network):
    config = viz.configure(network, width=0.42, resolution=77)
    rows = grid_rows(config)
    pairs = {(row.width, row.resolution) for row in rows}
    assert (0.42, 77) in pairs
    assert {(c.width, c.resolution) for c in paper_claims(config)} <= pairs
    for row in rows[::7]:
        traced = viz.trace(network, width=row.width, resolution=row.resolution)
        assert (row.params, row.macs) == (traced.params, traced.macs)


def test_half_the_width_of_v1_leaves_what_the_paper_prints():
    found = narrowed(viz.configure("v1"))
    assert (round(found.macs / 1e6), round(found.whole / 1e6)) == (149, 569)  # its Table 6
    assert found.guesses["here"] == found.macs / found.whole
    assert narrowed(viz.configure("v1", width=0.25)).width == 0.25


def test_the_figures_title_names_what_all_its_networks_share():
    title = FIGURES["scaling"].titled(configure("v3-large", width=0.5, minimalistic=True))
    assert title == "Width times resolution: MobileNetV3-Large · minimalistic"


def test_accuracies_name_who_published_them():
    """Not us: a file of the chart said "computed by MobileNet Atlas"."""
    assert sources(published_rows(configure("v3-large"))) == "MobileNetV3 paper, arXiv:1905.02244"
    cited = sources(published_rows(configure("v1")))
    assert "arXiv:1704.04861" in cited
    assert "TF-slim" in cited
