"""Pages and addresses are held to the same bounds as the library, in one sentence each."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from pages import ABOUT_A_NETWORK, MAIN
from viz.ui.routes import ROUTES

DEEP = "~".join(["v3-large", "stem.16.relu.2", *["mb.6.160.20.1"] * 57])
WIDE = "~".join(["v3-large", "stem.4096.relu.2", *["mb.6.4096.20.1"] * 20])
DESIGNS = {"operations": DEEP, "parameters": WIDE}


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=ROUTES))


def shown(page: str, **link: str) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(f"{page}.py")
    return app.run()


@pytest.mark.parametrize("words", DESIGNS)
@pytest.mark.parametrize("page", ABOUT_A_NETWORK)
def test_a_page_says_in_one_sentence_what_is_too_much(page, words):
    app = shown(page, network="design", design=DESIGNS[words], width="2.0")
    assert not app.exception
    assert [words in error.value for error in app.error] == [True]
    assert app.sidebar.number_input or app.sidebar.selectbox  # where it can be mended


@pytest.mark.parametrize("page", ["compare", "timing"])
def test_a_second_network_that_is_too_much_gets_the_same_sentence(page):
    app = shown(page, b_network="design", design=DEEP, b_design=DEEP)
    assert not app.exception
    assert ["operations" in error.value for error in app.error] == [True]


@pytest.mark.parametrize(
    "address",
    ["figure/design.svg", "figure/design,v2.svg", "table/design.csv", "figure/scaling.svg"],
)
def test_an_address_says_in_one_sentence_what_is_too_much(client, address):
    params = {"design": DEEP} | ({"network": "design"} if "scaling" in address else {})
    answer = client.get(f"/{address}", params=params)
    assert answer.status_code == 400
    assert re.fullmatch(r"[^\n]*operations; at most 5,000 can be used[^\n]*\n", answer.text)
