"""A recipe is written as it is read, and each mistake gets a sentence that names the step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from viz.net.config import configure, fields_of
from viz.net.design import rows_of
from viz.net.fields import Number, Size, Switch, Word
from viz.net.recipe import Recipe, recipe_of, recipe_of_file_name
from viz.net.scheme import METHODS, Scheme

SAFE = set("abcdefghijklmnopqrstuvwxyz0123456789-_.+")
ROWS = "stem.16.relu6.2~mb.1.16.1.1~mb.6.24.2.2~pool~classifier.dropout.no"
TEXT = "v2 | width 0.35 | int8 per-channel | patches 4x3"


def value_of(field: object) -> st.SearchStrategy:
    """Any allowed value of a field."""
    if isinstance(field, Switch):
        return st.booleans()
    if isinstance(field, Word):
        return st.sampled_from(field.words)
    if isinstance(field, Size):
        side = st.integers(field.low, field.high)
        return side | st.tuples(side, side)
    assert isinstance(field, Number)
    if field.only:
        return st.sampled_from(field.only)
    return (st.integers if field.whole else st.floats)(field.low, field.high)


schemes = st.builds(
    Scheme,
    per_channel=st.booleans(),
    signed=st.booleans(),
    method=st.sampled_from(METHODS),
    reduce_range=st.booleans(),
    float_hswish=st.booleans(),
    kept=st.sets(st.integers(0, 999), max_size=4).map(lambda each: tuple(sorted(each))),
) | st.builds(Scheme, per_channel=st.booleans(), bits=st.integers(2, 8))
pieces = st.tuples(st.integers(1, 60), st.integers(1, 16))


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    network = viz.ZOO[draw(st.sampled_from(sorted(viz.ZOO)))]
    fields = fields_of(network)
    names = draw(st.sets(st.sampled_from(sorted(fields))))
    chosen = {name: draw(value_of(fields[name])) for name in sorted(names)}
    config = configure(network.key, **chosen)
    return Recipe(config, draw(st.none() | schemes), draw(st.none() | pieces))


@given(recipes())
def test_a_recipe_is_read_as_it_is_written(recipe):
    assert recipe_of(recipe.text) == recipe
    assert recipe_of_file_name(recipe.file_name) == recipe
    assert set(recipe.file_name) <= SAFE


@given(recipes(), st.randoms())
def test_choices_of_a_network_may_stand_in_any_order(recipe, random):
    last = sum(each is not None for each in (recipe.scheme, recipe.patches))
    steps = list(recipe.steps)
    chosen = steps[: len(steps) - last]
    random.shuffle(chosen)
    assert recipe_of("|".join([recipe.start, *chosen, *steps[len(chosen) :]])) == recipe


@given(recipes())
def test_undoing_every_step_is_the_network(recipe):
    while recipe.steps:
        before = recipe.steps
        recipe = recipe.without(1)
        assert recipe.steps == before[1:]
    assert recipe == Recipe(configure(recipe.start))


def test_a_design_is_a_step_of_the_network_it_starts_from():
    recipe = recipe_of(f"v2 | design {ROWS} | width 0.5 | int8")
    assert recipe.config == configure(viz.design(ROWS, "v2"), width=0.5)
    assert recipe_of(recipe.text) == recipe
    assert recipe.without(1).text == "v2 | width 0.5 | int8 per-tensor"
    assert rows_of(recipe.config.network) == ROWS.split("~")


def test_spaces_commas_and_defaults_do_not_matter():
    said = "v2|width   .35|resolution 224|int8 per-channel , symmetric|patches 4 × 3"
    assert recipe_of(said).text == TEXT
    assert recipe_of("mobilenet_v2 | int4").text == "v2 | int4 per-tensor"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("v9 | width 0.5", "network is 'v9', but must be one of v1, v2, "),
        ("design | width 0.5", "network is 'design', but must be a network, with the rows of its"),
        ("v2 |", "step 1 is '', but must be one of design, width, resolution, "),
        ("v2 | int8 | sparse 2", "step 2 is 'sparse 2', but must be one of design, width, "),
        ("v2 | widht 0.5", "step 1 is 'widht 0.5', but must be .*; the nearest is width."),
        ("v2 | width 3", "width is 3, but must be a number from 0.1 to 2.0."),
        ("v2 | width", "width is '', but must be a number from 0.1 to 2.0."),
        ("v2 | fused", "fused is True, but must be off: MobileNetV2 has no such option."),
        ("v2 | small_input no", "step 1 is 'small_input no', but must be small_input alone; left"),
        ("v2 | width 1 | width 1", "step 2 is 'width 1', but must be left out: step 1 says width"),
        ("v2 | int8 | width 0.5", "step 2 is 'width 0.5', but must be before int8: first design"),
        ("v2 | patches 4x3 | int4", "step 2 is 'int4', but must be before patches: first design"),
        ("v2 | width 1 | design pool", "step 2 is 'design pool', but must be before width: first"),
        ("v2 | int8 | int4", "step 2 is 'int4', but must be left out: step 1 says int8 already"),
        ("v2 | int9", "step 1 is 'int9', but must be one of design, "),
        ("v2 | int8 best", "step 1, int8 is 'best', but must be words with commas: per-tensor or"),
        ("v2 | patches 4", "step 1 is 'patches 4', but must be KxN: the first K blocks in N x N"),
        ("v2 | design stem.1", "row 1 is 'stem.1', but must be of the form stem.out.nl.stride"),
        ("mobilenetv2_050 | design pool", "step 1 is 'design pool', but must be done to v2, with"),
        ("v2 | " + "w" * 3000, "recipe is .*, but must be at most 2,500 characters long."),
    ],
)
def test_a_mistake_is_named_with_its_step(text, sentence):
    with pytest.raises(viz.ConfigError, match=sentence):
        recipe_of(text)


@pytest.mark.parametrize("name", ["", "v2_width9", "v2_int8", "v2_patches4", "v2_int8-best"])
def test_a_file_name_that_says_no_recipe_is_refused(name):
    with pytest.raises(viz.ConfigError):
        recipe_of_file_name(name)
