"""Files as a browser saves them, and addresses that give the picture shown."""

import xml.etree.ElementTree as ElementTree
from urllib.request import urlopen

import pytest
from browser import in_a_browser

import viz
from viz.drawing.diagrams import Look, draw

pytestmark = in_a_browser

STARTS = {
    "diagram-svg": b"<?xml",
    "diagram-png": b"\x89PNG",
    "diagram-dot": b"digraph",
    "diagram-pdf": b"%PDF",
    "diagram-pptx": b"PK",
    "table-xlsx": b"PK",
    "table-md": b"| path",
    "table-html": b"<",
    "chart-csv": b"series",
    "model-json": b"{",
    "model-safetensors": b"",
}


def test_files_can_be_downloaded(opened, tmp_path):
    page = opened("architecture?network=v3-small&part=Downloads&resolution=64")
    for key, start in STARTS.items():
        with page.expect_download() as download:
            page.locator(f".st-key-{key} button").click()
        download.value.save_as(tmp_path / key)
        data = (tmp_path / key).read_bytes()
        assert len(data) > 100, key
        assert data.startswith(start), key
    ElementTree.parse(tmp_path / "diagram-svg")


def test_the_address_of_a_picture_gives_that_picture(opened, address):
    page = opened("architecture?network=v3-small&width=0.5&colour=MACs&part=Downloads", "dark")
    shown = page.get_by_test_id("stCode").first.inner_text().strip()
    assert shown.startswith(f"{address}/figure/v3-small.svg?")
    with urlopen(shown) as answer:
        body = answer.read().decode()
    look = Look("dark", "macs")
    assert body == draw(viz.trace("v3-small", width=0.5), look=look).svg()
    picture = opened("").context.new_page()
    picture.goto(shown)
    assert picture.locator("svg").count() == 1


def test_layer_table_can_be_downloaded(opened, tmp_path):
    page = opened("architecture?network=v3-small&part=Layers&resolution=64")
    with page.expect_download() as download:
        page.get_by_role("button", name="Table as CSV").click()
    download.value.save_as(tmp_path / "layers.csv")
    text = (tmp_path / "layers.csv").read_text(encoding="utf-8")
    assert text.startswith(
        "path,layer,depth,kernel,in_shape,out_shape,params,mult_adds,share,leaf\nfeatures,"
    )


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("compare", {"svg": b"<?xml", "pptx": b"PK"}),
        ("residual?t=3", {"pdf": b"%PDF", "png": b"\x89PNG"}),
        ("tail", {"svg": b"<?xml", "csv": b"series"}),
    ],
)
def test_pictures_and_charts_can_be_taken_along(opened, tmp_path, path, kinds):
    page = opened(path)
    page.get_by_role("button", name="Download", exact=True).first.click()
    for kind, start in kinds.items():
        with page.expect_download() as download:
            page.locator(f'[class*="st-key-take-"][class*="-{kind}"] button').click()
        download.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(start)
    if path != "tail":
        shown = page.get_by_test_id("stCode").first.inner_text().strip()
        with urlopen(shown) as answer:
            assert answer.read().startswith(b"<?xml")
