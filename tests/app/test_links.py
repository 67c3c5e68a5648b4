"""Links to every page: good and bad values of every parameter, as the pages declare them."""

import pytest

from pages import ABOUT_A_NETWORK, ENTRIES, FILES, fields, further, opened, samples, warnings
from viz.net.fields import Number, Text, Word, Words
from viz.net.zoo import ZOO


def test_every_page_file_is_in_the_navigation():
    assert set(FILES) == set(ENTRIES)


def meetings() -> list[tuple[str, str, int]]:
    """(page, network, round): in each of two rounds every page and every network once, anew."""
    keys, pages, found = list(ZOO), ABOUT_A_NETWORK, []
    for turn in (0, 1):
        count = max(len(keys), len(pages))
        found += [(pages[(i + turn) % len(pages)], keys[i % len(keys)], turn) for i in range(count)]
    return found


MEETINGS = meetings()  # in place of every page with every network


def test_every_page_meets_two_networks_and_every_network_two_pages():
    met = {(page, network) for page, network, _turn in MEETINGS}
    assert len(met) == len(MEETINGS)
    for page in ABOUT_A_NETWORK:
        assert sum(page == each for each, _network in met) >= 2
    for network in ZOO:
        assert sum(network == each for _page, each in met) >= 2


@pytest.mark.parametrize(("page", "network", "turn"), MEETINGS)
def test_every_page_opens_for_every_network(page, network, turn):
    app = opened(page, network=network, width="0.35", resolution="96")
    assert app.selectbox(key="network").value == network
    assert app.slider(key="width").value == 0.35
    assert not app.warning


ROUNDS = [
    (page, number)
    for page in ENTRIES
    for number in range(max((len(samples(field)) for field in fields(page).values()), default=0))
]


@pytest.mark.parametrize(("page", "number"), ROUNDS)
def test_every_parameter_of_a_page_is_taken_at_its_ends(page, number):
    """All parameters at once; each has a value for each round, or begins again."""
    values = {name: samples(field) for name, field in fields(page).items() if samples(field)}
    link = {name: ends[number % len(ends)] for name, ends in values.items()}
    assert not opened(page, **link).warning


TABS = [
    (page, key) for page in ENTRIES if "part" in fields(page) for key in fields(page)["part"].words
]


@pytest.mark.parametrize("end", [0, -1])
@pytest.mark.parametrize(("page", "tab"), TABS)
def test_every_tab_opens_at_the_ends_of_its_parameters(page, tab, end):
    link = {name: samples(field)[end] for name, field in fields(page).items()}
    assert not opened(page, **{**link, "part": tab}).warning


OLD = [
    (page, name, word, key)
    for page in ENTRIES
    for name, field in fields(page).items()
    if isinstance(field, (Word, Words))
    for word, key in field.old.items()
]


def test_old_words_are_read_as_the_keys_of_today():
    assert OLD
    for page, name, word, key in OLD:
        field = fields(page)[name]
        assert field.read(name, word) == ((key,) if isinstance(field, Words) else key)


FIRST = {(page, name): (word, key) for page, name, word, key in reversed(OLD)}  # of each field


@pytest.mark.parametrize(
    ("page", "name", "word", "key"), [(*at, *old) for at, old in FIRST.items()]
)
def test_an_old_word_of_each_field_opens_its_page(page, name, word, key):
    app = opened(page, **{name: word})
    assert not app.warning
    default = key == fields(page)[name].default
    assert app.query_params.get(name) in ([key], key) or (default and name not in app.query_params)


@pytest.mark.parametrize("page", [page for page in ENTRIES if fields(page)])
def test_links_carry_keys_never_labels(page):
    """Whatever is not the default comes back as it was written."""
    wanted = {}
    for name, field in fields(page).items():
        others = [w for w in getattr(field, "words", ()) if w != field.default]
        if isinstance(field, Word) and others:
            wanted[name] = others[0]
    app = opened(page, **wanted)
    for name in wanted:
        if name in app.session_state:  # only what the open tab shows is written
            text = app.query_params[name]
            assert (text if isinstance(text, str) else text[0]) == wanted[name]


EXTREMES = {
    "width": ["0.1", "2.0"],
    "resolution": ["1x65", "4096"],
    "classes": ["1", "21843"],
    "divisor": ["1", "32"],
    "in_channels": ["1", "64"],
    "output_stride": ["8", "16"],
}


@pytest.mark.parametrize(("page", "network", "end"), MEETINGS)
def test_every_page_survives_the_ends_of_every_range(page, network, end):
    link = {name: ends[end] for name, ends in EXTREMES.items()}
    if not ZOO[network].dilates:
        del link["output_stride"]
    options = dict.fromkeys(ZOO[network].options, "true")
    app = opened(page, network=network, **link, **options)
    assert not app.warning
    assert app.session_state["config"].divisor == int(EXTREMES["divisor"][end])


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("page", ["architecture", "compare"])
def test_further_fields_hold_what_the_link_says(page, end):
    link = {name: ends[end] for name, ends in EXTREMES.items()}
    app = further(opened(page, **link, **{f"b_{name}": text for name, text in link.items()}))
    assert app.number_input(key="divisor").value == int(EXTREMES["divisor"][end])
    assert app.number_input(key="classes").value == int(EXTREMES["classes"][end])
    if page == "compare":
        again = further(app, "b_")
        assert again.number_input(key="b_divisor").value == int(EXTREMES["divisor"][end])


BAD = ["nan", "-1", "1e9", "inf", "-inf", "", "0x10", "<b>x</b>", "1,5", "9" * 400]


NAMES = [*EXTREMES, "network", "width_rule", "dilated"]
MISTAKES = [  # each name with a third of the values, each value with a third of the names
    (name, value)
    for row, name in enumerate(NAMES)
    for column, value in enumerate(BAD)
    if (row + column) % 3 == 0
]


@pytest.mark.parametrize(("name", "value"), MISTAKES)
def test_bad_values_fall_back_with_a_note(name, value):
    app = opened("architecture", **{name: value})
    assert name in warnings(app)
    assert app.slider(key="width").value == 1.0
    assert app.text_input(key="resolution:text").value == "224"
    assert app.selectbox(key="network").value == "v3-large"


def refused(field) -> str:
    """A text that a field cannot be."""
    return f"{field.high + 1:g}" if isinstance(field, Number) else "<b>no such word</b>"


@pytest.mark.parametrize("page", [page for page in ENTRIES if fields(page)])
def test_bad_values_of_a_pages_own_controls_fall_back_with_a_note(page):
    bad = {n: refused(f) for n, f in fields(page).items() if not isinstance(f, Text)}
    app = opened(page, **bad)
    for name in bad:
        assert f"{name} is" in warnings(app)


def test_repeated_values_fall_back_with_a_note():
    app = opened("architecture", width=["0.5", "0.75"])
    assert "2 times" in warnings(app)
    assert app.slider(key="width").value == 1.0


def test_several_bad_values_are_all_named():
    app = opened("architecture", width="nan", resolution="0", network="v9")
    for name in ("width", "resolution", "network"):
        assert name in warnings(app)


@pytest.mark.parametrize(
    ("link", "named"),
    [
        ({"network": "v1", "minimalistic": "true"}, "minimalistic"),
        ({"network": "v1", "width_rule": "torchvision"}, "width_rule"),
        ({"network": "v2", "dilated": "1"}, "dilated"),
    ],
)
def test_choices_that_the_network_lacks_are_named(link, named):
    app = opened("architecture", **link)
    assert named in warnings(app)


def test_networks_are_known_in_upper_case_too():
    app = opened("architecture", network="V3-Small")
    assert app.selectbox(key="network").value == "v3-small"
    assert not app.warning


@pytest.mark.parametrize(
    ("name", "key", "width", "rule", "options"),
    [
        ("mobilenet_v2", "v2", 1.0, "torchvision", ()),
        ("mobilenetv3_small_075", "v3-small", 0.75, "timm", ()),
        ("tf_mobilenetv3_large_minimal_100", "v3-large", 1.0, "slim", ("minimalistic",)),
        ("MobileNetV3Small", "v3-small", 1.0, "keras", ()),
    ],
)
def test_a_librarys_name_in_a_link_is_the_network_that_it_means(name, key, width, rule, options):
    app = opened("compare", network=name, b_network=name)
    assert not app.warning
    for prefix in ("", "b_"):
        assert app.selectbox(key=f"{prefix}network").value == key
        assert app.slider(key=f"{prefix}width").value == width
        assert app.selectbox(key=f"{prefix}width_rule").value == rule
    assert app.session_state["config"].options == options


def test_notes_can_be_dismissed():
    app = opened("architecture", width="nan")
    app.button[0].click().run()
    assert not app.warning


def test_a_choice_is_in_the_link_and_survives_a_change_of_page():
    app = opened("architecture")
    app.selectbox(key="network").set_value("v1").run()
    assert app.query_params["network"] in ("v1", ["v1"])
    app.query_params.clear()  # as the browser does
    app.switch_page("rounding.py").run()
    assert app.selectbox(key="network").value == "v1"
    assert app.query_params["network"] in ("v1", ["v1"])


def test_a_change_counts_before_an_older_url_that_comes_with_it():
    """A browser that is quick sends the URL of two changes ago beside the last one."""
    app = opened("architecture")
    app.slider(key="width").set_value(0.99).run()
    del app.query_params["width"]
    app.slider(key="width").set_value(0.98).run()
    assert app.slider(key="width").value == 0.98
    assert app.session_state["config"].width == 0.98
    assert app.query_params["width"] in ("0.98", ["0.98"])


@pytest.mark.parametrize(
    ("page", "name", "meant"),
    [
        ("architecture", "model", "network"),
        ("architecture", "resolutoin", "resolution"),
        ("compare", "b_netwrk", "b_network"),
        ("linear", "sed", "seed"),
        ("home", "utm_source", ""),
    ],
)
def test_what_no_page_has_is_told_with_what_comes_nearest(page, name, meant):
    app = opened(page, **{name: "v2"})
    told = warnings(app)
    assert f"there is no {name}" in told
    assert (f"{meant} comes nearest" if meant else "It is left out") in told
    assert name not in app.query_params


def test_what_another_page_has_is_passed_over_in_silence():
    assert not opened("linear", network="v2", width="0.5").warning
    assert not opened("architecture", topics="family").warning
