"""A picture's address: the exports' bytes, caching, and one sentence for bad input."""

import asyncio
import base64
import html
import json
import re
import zlib
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pages import opened
from viz.charts.chart import Chart
from viz.exports import EXPORTS, request_of
from viz.exports.figures import FIGURES, figure_of
from viz.ui.headers import Paths, SecurityHeaders
from viz.ui.plotly_figure import PlotlyFigure
from viz.ui.routes import FORMATS, ROUTES


@pytest.fixture(scope="module")
def client():
    middleware = [Middleware(SecurityHeaders), Middleware(Paths, pages=())]
    return TestClient(Starlette(routes=ROUTES, middleware=middleware))


PATHS = {"diagram": "figure", "table": "table"}
KINDS = [(what, kind) for what, kinds in FORMATS.items() for kind in kinds]


@pytest.mark.parametrize(("what", "kind"), KINDS)
def test_an_address_gives_the_exports_bytes(client, what, kind):
    chosen = {"width": "0.75", "theme": "dark"} if what == "diagram" else {"rows": "block"}
    answer = client.get(f"/{PATHS[what]}/v3-large.{kind}", params=chosen)
    assert answer.status_code == 200
    export = EXPORTS[what][kind]
    assert answer.content == export.make(request_of("v3-large", chosen))
    assert answer.headers["content-type"].split(";")[0] == export.mime.split(";")[0]
    assert "max-age" in answer.headers["cache-control"]


# By default whatever is not named may come from our own host; these are told apart from that.
APART = {
    "script-src": {"'self'", "'unsafe-inline'", "'unsafe-eval'", "blob:"},
    "style-src": {"'self'", "'unsafe-inline'"},
    "img-src": {"'self'", "data:", "blob:"},
    "font-src": {"'self'", "data:"},
    "connect-src": {"'self'", "ws:", "wss:", "data:", "blob:"},
    "worker-src": {"'self'", "blob:"},
    "object-src": {"'none'"},
    "base-uri": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"*"},
}


@pytest.mark.parametrize("address", ["/figure/v2.svg", "/table/v2.csv", "/figure/v9.svg"])
def test_every_answer_forbids_other_hosts_and_embedded_programs(client, address):
    headers = client.get(address).headers
    parts = [part.split() for part in headers["content-security-policy"].split(";")]
    policy = {name: set(sources) for name, *sources in parts}
    assert len(policy) == len(parts)  # a browser takes the first of two
    assert policy == {"default-src": {"'self'"}, **APART}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_what_has_not_changed_is_not_sent_again(client):
    first = client.get("/figure/v2.svg")
    again = client.get("/figure/v2.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/figure/v2.svg?width=0.5", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]


def test_a_browser_that_follows_the_address_gets_the_picture(client):
    answer = client.get("/figure/v2.svg", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"<?xml")


@pytest.mark.parametrize(
    ("address", "status", "named"),
    [
        ("figure/v9.svg", 404, "v9"),
        ("figure/v2.gif", 404, ".svg"),
        ("figure/v2", 404, ".svg"),
        ("table/v2.svg", 404, ".csv"),
        ("figure/..%2Fapp.svg", 404, ""),
        ("figure/v2.svg?width=nan", 400, "width"),
        ("figure/v2.svg?width=1&width=2", 400, "width"),
        ("figure/v2.svg?theme=pink", 400, "theme"),
        ("figure/v2.svg?level=operation&block=77", 400, "block"),
        ("figure/v2.png?scale=99", 400, "scale"),
        ("figure/v2.svg?minimalistic=true", 400, "minimalistic"),
        ("table/v2.csv?rows=neuron", 400, "rows"),
        ("table/v2.csv?<b>=1", 400, "option"),
        ("figure/v2.svg?resolution=" + "9" * 400, 400, "resolution"),
    ],
)
def test_bad_addresses_get_one_sentence(client, address, status, named):
    answer = client.get(f"/{address}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert named in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "v3-large,v3-small.svg?width=0.75&b_width=0.5&theme=dark",
            "MobileNetV3-Small · width 0.5",
        ),
        ("convolution.svg?m=8&n=72", "8 → 72 channels"),
        ("windows.svg?w=9&s=3", "9 pixels, kernel 3, stride 3"),
        ("residual.svg?stride2=true&t=3", "output, no shortcut"),
        ("difference.svg?point=SE+gate&in=post-004", "h-swish"),
        ("last-stage.svg?map=14", "to 1280 features"),
        ("stem.svg?filters=24", "project to 16"),
        ("spirals.svg?activation=relu6&seed=7", "n = 30"),
        ("squeeze.svg?theme=dark", "squeeze width"),
        ("excitation.svg?network=v3-small&se_block=5&resolution=64", "240 means"),
        ("family.svg", "parameters (M)"),
        ("activations.svg?curves=silu,hardswish", "h-swish"),
        ("staircase.svg?divisor=16", "rounded: multiples of 16"),
        ("scaling.svg?network=v2&width=0.42&metric=parameters", "0.42"),
    ],
)
def test_pairs_and_lessons_have_addresses_too(client, address, words):
    answer = client.get(f"/figure/{address}")
    assert answer.status_code == 200
    assert words in html.unescape(answer.text)
    assert client.get(f"/figure/{address.replace('.svg', '.pdf')}").content[:4] == b"%PDF"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("v2,v9.svg", 404),
        ("v1,v2,v2.svg", 404),
        ("v1,v2.svg?b_width=nan", 400),
        ("convolution.svg?m=0", 400),
        ("convolution.svg?m=1e3", 400),
        ("windows.svg?w=1&f=7&p=0", 400),
        ("residual.svg?same=perhaps", 400),
        ("residual.svg?colour=red", 400),
        ("residual.png?scale=5", 400),
        ("spirals.svg?activation=tanh", 400),
        ("activations.svg?curves=silu,zig", 400),
        ("scaling.svg?width=nan", 400),
        ("difference.svg?in=v2", 400),
        ("excitation.svg?se_block=1", 400),
        ("excitation.svg?network=v1", 400),
    ],
)
def test_bad_addresses_of_pairs_and_lessons_get_one_sentence(client, address, status):
    answer = client.get(f"/figure/{address}")
    assert answer.status_code == status
    assert answer.text.count("\n") == 1


def test_every_network_has_an_address(client, network):
    assert client.get(f"/figure/{network}.svg").status_code == 200
    assert client.get(f"/table/{network}.md").status_code == 200


def test_pictures_that_would_fill_the_memory_are_refused(client):
    answer = client.get("/figure/v3-large.png?level=operation&scale=4")
    assert answer.status_code == 400
    assert "scale" in answer.text


def test_every_figures_defaults_are_drawn(client):
    for name in FIGURES:
        assert client.get(f"/figure/{name}.png?scale=1").content[:4] == b"\x89PNG"


SAME = {
    "scaling": {"network": "v3-small", "width": "0.6", "resolution": "160", "width_rule": "slim"},
    "squeeze": {"network": "v3-large", "width": "0.5", "se_block": "11", "gate": "sigmoid"},
    "activations": {"curves": ["relu", "sigmoid"], "reach": "5"},
    "rounding": {"network": "v2", "divisor": "16", "up_to": "200"},
    "linear": {"activation": "relu6", "seed": "7", "radius": "9"},
    "tail": {"part": "stem", "filters": "24", "image": "160"},
    "convolution": {"m": "9", "n": "33", "k": "5", "size": "20"},
    "residual": {"channels": "32", "t": "4", "stride2": "true", "same": "false"},
    "posts": {"point": "padding", "in": "post-004"},
    "universal": {"channels": "96", "t": "3", "kernel": "5", "start": "false"},
    "branches": {"branched": "repvit-m0-9", "depthwise": "20", "added": "2", "seed": "7"},
    "compound": {"phi": "0.5"},
    "hardware": {"network": "edgetpu", "ridge": "100.3", "precision": "float16"},
    "space": {"against": "time", "on_device": "s23-cpu", "among": "v1", "most_params": "2"},
    "fit": {"network": "v1", "width": "0.25", "given": "float32", "pieces": "true", "first": "4"},
    "compare": {"network": "v1", "width": "0.5", "b_network": "v2", "b_classes": "10"},
}


@pytest.mark.parametrize("page", SAME)
def test_a_page_and_its_urls_show_the_same_figures(client, page):
    """What the page shows and what the URL below it gives, with choices that are no defaults."""
    app = opened(page, **SAME[page])
    for key in app.session_state._state.filtered_state:
        if key.startswith("offer-"):  # downloads cost nothing until they are opened
            app.session_state[key] = True
    app.run()
    urls = [code.value for code in app.code if "/figure/" in code.value]
    assert urls
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    charts = {of_any_height(spec) for spec in specs}  # a laptop shows the whole of a lesson's
    curves = [curve for spec in specs for curve in map(points, spec["data"])]
    components = [json.loads(c.proto.json) for c in app.get("bidi_component") if c.proto.json]
    pictures = [unpacked(data["packed"]) for data in components if "packed" in data]
    for url in urls:
        name, _, query = url.partition("/figure/")[2].partition("?")
        figure = figure_of(name.removesuffix(".svg"), dict(parse_qsl(query)))
        shown = isinstance(figure.picture, Chart) and PlotlyFigure(figure.picture).to_dict()
        panels = getattr(figure.picture, "panels", 0)
        if panels > 1 and page in ("activations", "squeeze"):  # charts of the page in one picture
            assert all(points(curve) in curves for curve in shown["data"])
        elif shown:
            assert of_any_height(shown) in charts
        else:
            assert any(words(figure.picture.svg()) == words(svg) for svg in pictures)


def of_any_height(spec) -> str:
    layout = {name: value for name, value in spec["layout"].items() if name != "height"}
    return json.dumps({**spec, "layout": layout}, sort_keys=True)


def points(curve):
    return curve.get("name"), curve.get("x"), curve.get("y")


def unpacked(text: str) -> str:
    return zlib.decompress(base64.b64decode(text)).decode()


def words(svg: str) -> list[str]:
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", text)) for text in texts]


BIG = "~".join(["v3-large", "stem.16.relu.2", *["mb.6.160.20.1"] * 12])


def test_large_pictures_do_not_hold_all_others(client):
    """Three that take seconds each, and one that takes none, which does not wait for them."""

    async def ask() -> list[str]:
        transport = httpx.ASGITransport(Starlette(routes=ROUTES))
        ended: list[str] = []
        async with httpx.AsyncClient(transport=transport, base_url="http://atlas") as asker:

            async def get(name: str, params: dict[str, str]) -> None:
                answer = await asker.get(f"/figure/{name}.svg", params=params, timeout=300)
                assert answer.status_code == 200
                ended.append(name)

            large = [{"design": BIG, "level": "operation", "width": f"0.{n}"} for n in (5, 6, 7)]
            asked = [asyncio.create_task(get("design", params)) for params in large]
            await asyncio.sleep(0.2)
            await get("v3-large", {"width": "0.35"})
            await asyncio.gather(*asked)
        return ended

    assert asyncio.run(ask())[0] == "v3-large"


def test_a_queue_of_large_pictures_has_an_end():
    async def ask() -> list[int]:
        transport = httpx.ASGITransport(Starlette(routes=ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://atlas") as asker:
            large = [
                {"design": BIG, "level": "operation", "width": f"0.{n}"} for n in range(20, 29)
            ]
            asked = [
                asyncio.create_task(asker.get("/figure/design.svg", params=params, timeout=300))
                for params in large
            ]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    statuses = asyncio.run(ask())
    assert set(statuses) == {200, 503}
    assert statuses.count(200) <= 5


def test_a_picture_that_graphviz_gives_up_is_a_sentence(monkeypatch, client):
    monkeypatch.setattr("viz.drawing.engine.TIMEOUT_SECONDS", 0.001)
    answer = client.get("/figure/v2.svg?width=0.77")
    assert (answer.status_code, answer.text) == (503, "Graphviz took longer than 0.001 s.\n")
