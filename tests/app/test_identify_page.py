"""The page that says which network a file is: what it shows for each kind of answer."""

import pytest
import torch
import torchvision
from torchvision.models import mobilenet_v2

import viz
from pages import opened
from viz.ui.parts import identify as part


def shown(**state):
    """The page with an answer that an upload has left."""
    app = opened("identify")
    for name, value in state.items():
        app.session_state[f"identify:{name}"] = value
    app.run()
    assert not app.exception
    return app


def texts(app):
    return " ".join(
        element.value for element in (*app.header, *app.markdown, *app.caption)
    ).replace("\\", "")


def weights_of(make, **keywords):
    with torch.device("meta"):
        return make(**keywords).state_dict()


def test_an_exact_answer_has_its_lines_links_and_names():
    found = viz.identify(weights_of(mobilenet_v2, width_mult=0.5, num_classes=37))
    app = shown(answer=part.FileAnswer("last.ckpt", found))
    assert "last.ckpt: MobileNetV2 · width 0.5 · 37 classes, exactly." in texts(app)
    assert "torchvision.models.mobilenet_v2(width_mult=0.5, num_classes=37)" in app.code[0].value
    names = app.dataframe[-1].value
    assert len(names) == len(found.names)
    links = [element.proto.query_string for element in app.get("page_link")]
    assert links[0] == "network=v2&width=0.5&classes=37"
    assert "b_network=v3-small" in links[1]


def test_another_network_is_said_to_be_none_of_ours():
    found = viz.identify(weights_of(torchvision.models.resnet18))
    app = shown(answer=part.FileAnswer("resnet.pth", found))
    assert "Not a network the Atlas knows." in texts(app)
    assert not app.code


def test_what_cannot_be_read_is_one_sentence():
    app = shown(problem="x.pth: it is empty.")
    assert app.error[0].value.replace("\\", "") == "x.pth: it is empty."


@pytest.mark.parametrize("name", ["**x**", "<b>x</b>", "$a$", ":red[x]", "[x](http://y)"])
def test_a_file_s_name_is_shown_as_it_is(name):
    found = viz.identify(weights_of(mobilenet_v2))
    app = shown(answer=part.FileAnswer(name, found))
    heading = app.header[0].value
    assert heading.replace("\\", "").startswith(f"{name}: MobileNetV2")
    assert all(f"\\{char}" in heading for char in name if char in "*<$[:")


@pytest.mark.parametrize("name", ["..", ".", "", "/etc/passwd", "a\\b\0.pt", "é" * 300, "x\n.pt"])
def test_an_upload_s_name_is_one_that_every_system_takes(tmp_path, name):
    taken = part.file_name(name)
    (tmp_path / taken).write_bytes(b"x")
    assert (tmp_path / taken).parent == tmp_path
    assert taken.isprintable()


def test_a_pasted_error_is_answered_for_both_sides():
    with pytest.raises(RuntimeError) as caught:
        mobilenet_v2().load_state_dict(weights_of(mobilenet_v2, width_mult=0.5))
    app = opened("identify")
    app.text_area(key=part.TEXT).set_value(str(caught.value))
    next(b for b in app.button if b.label == "Read the error").click().run()
    assert "The file is MobileNetV2 · width 0.5" in texts(app)
    assert "The model is MobileNetV2 · width 1.0" in texts(app)
    app.text_area(key=part.TEXT).set_value("hello")
    next(b for b in app.button if b.label == "Read the error").click().run()
    assert "holds no error" in app.error[0].value


def test_ctrl_and_enter_read_a_pasted_error_too():
    """Leaving the field is all that Streamlit hears of it."""
    weights = mobilenet_v2(width_mult=0.5).state_dict()
    with pytest.raises(RuntimeError) as caught:
        mobilenet_v2().load_state_dict(weights)
    app = opened("identify")
    app.text_area[0].set_value(str(caught.value)).run()
    assert "MobileNetV2 · width 0.5" in " ".join(each.value for each in app.markdown)


def test_an_example_file_is_identified_and_becomes_the_network_of_other_pages():
    app = opened("identify")
    next(button for button in app.button if button.label == "Try a weights file").click().run()
    assert not app.exception
    assert "v2.safetensors: MobileNetV2 · width 0.25" in texts(app)
    app.switch_page("architecture.py").run()
    assert app.selectbox(key="network").value == "v2"
    assert app.slider(key="width").value == 0.25


def test_an_example_of_an_error_is_explained():
    app = opened("identify")
    next(button for button in app.button if button.label == "Try an error").click().run()
    assert not app.exception
    assert "num_classes=5" in texts(app)
    assert app.text_area(key=part.TEXT).value == part.EXAMPLE
