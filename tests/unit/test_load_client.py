"""The benchmarks' client reads messages without decoding them; protobuf says the same."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.session import Answer, Session, fields, kind_of


def message(**found: object) -> ForwardMsg:
    made = ForwardMsg(hash="a" * 32, **found)
    made.metadata.delta_path.extend([0, 1, 300])
    return made


def with_element(kind: str, **found: object) -> ForwardMsg:
    made = message()
    getattr(made.delta.new_element, kind).SetInParent()
    for name, value in found.items():
        setattr(getattr(made.delta.new_element, kind), name, value)
    return made


def taken(made: ForwardMsg) -> tuple[bool, list[str]]:
    answer = Answer()
    is_last = Session("")._take(made.SerializeToString(), answer)
    return is_last, answer.errors


@pytest.mark.parametrize("field", ForwardMsg.DESCRIPTOR.oneofs[0].fields, ids=lambda f: f.name)
def test_the_kind_of_a_message_is_read_from_its_field_numbers(field):
    made = message()
    if field.message_type:
        getattr(made, field.name).SetInParent()
    else:
        setattr(made, field.name, "x" if field.cpp_type == field.CPPTYPE_STRING else 1)
    assert kind_of(made.SerializeToString())[0] == field.number


def test_fields_end_where_the_message_ends():
    made = with_element("markdown", body="é" * 400)
    made.delta.fragment_id = "f" * 200
    bytes_ = made.SerializeToString()
    assert [number for number, _, _ in fields(bytes_, 0, len(bytes_))] == [1, 2, 5]
    _, start, end = kind_of(bytes_)
    assert bytes_[start:end] == made.delta.SerializeToString()


@pytest.mark.parametrize(
    ("made", "errors"),
    [
        (with_element("exception", message="no"), ["no"]),
        (with_element("alert", body="no", format=1), ["no"]),
        (with_element("alert", body="look", format=2), []),
        (with_element("markdown", body="exception"), []),
    ],
)
def test_exceptions_and_errors_on_a_page_are_counted(made, errors):
    assert taken(made) == (False, errors)


@pytest.mark.parametrize(
    ("status", "is_last", "errors"), [(0, True, 0), (1, True, 1), (2, False, 0), (3, True, 0)]
)
def test_a_run_ends_unless_another_follows(status, is_last, errors):
    found = taken(message(script_finished=status))
    assert (found[0], len(found[1])) == (is_last, errors)


def test_a_reference_to_a_message_that_was_never_sent_is_an_error():
    assert taken(message(ref_hash="b" * 32))[1]
