"""Schemes of quantising as words, and the sentences for what cannot be."""

import pytest

import viz
from viz.cli.main import main
from viz.net.scheme import Scheme, scheme_of


@pytest.mark.parametrize(
    "text",
    [
        "per-tensor",
        "per-channel,signed,percentile,reduce-range,float-hswish,float=0+16",
        "per-tensor,asymmetric,entropy",
        "per-channel,bits=2",
    ],
)
def test_a_scheme_is_written_as_it_is_read(text):
    assert scheme_of(text).text == text


def test_words_may_be_left_out():
    assert scheme_of("") == Scheme() == scheme_of(" per-tensor , symmetric,unsigned,minmax")
    assert scheme_of("float=3+1+3").kept == (1, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("int8", "--scheme is 'int8', but must be words with commas: per-tensor"),
        ("bits=9", "bits is 9, but must be a whole number from 2 to 8."),
        ("bits=", "bits is '', but must be a whole number"),
        ("float=a", "float is 'a', but must be a whole number from 0"),
        ("per-channel,per-tensor", "--scheme is 'per-channel,per-tensor', but must be without two"),
        ("per-channel,asymmetric", "weights is 'asymmetric', but must be symmetric where"),
        ("bits=4,entropy", "method is 'entropy', but must be minmax with fewer than 8 bits."),
        ("bits=4,reduce-range", "reduce-range is 'true', but must be left out"),
    ],
)
def test_a_bad_scheme_gets_one_sentence(text, sentence):
    with pytest.raises(viz.ConfigError) as caught:
        scheme_of(text)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["v9"], "--weights atlas: there are none of v9, only of v2, v3-small."),
        (["x.onnx"], "x.onnx: no such file."),
        (["v2", "--pictures", "0"], "--pictures is 0, but must be a whole number from"),
        (
            ["v2", "--calibrate", "x"],
            "--calibrate x: no such folder, and neither flowers",
        ),
        (["v2", "--scheme", "bits=4", "--output", "q.onnx"], "--output: 4 bits are simulated"),
        (["v2", "--width", "0.5"], "--weights atlas: they are of MobileNetV2"),
    ],
)
def test_bad_arguments_get_one_sentence_before_any_work(arguments, sentence, capsys):
    assert main(["quantize", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"viz: {sentence}")
    assert said.count("\n") == 1
