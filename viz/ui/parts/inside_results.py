"""Results for one or two networks: answers, receptive fields, feature maps, all blocks."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from viz.lab.montage import pages_of
from viz.net.config import Config
from viz.net.trace import Trace, trace_config
from viz.ui import controls, grid, picture, query
from viz.ui.controls import Control, Controls
from viz.ui.private import DeltaGenerator
from viz.ui.translate import _

Answer = Mapping[str, Any]
Shown = tuple[Config, str]  # a network, and where its weights come from


def source_of(weights: str, file: str = "") -> str:
    """Description of weights by source; ``file`` is a file name."""
    return {
        "atlas": _("trained on drawn flowers"),
        "torchvision": _("torchvision's weights, trained on ImageNet"),
        "torchvision:v2": _("torchvision's second weights, trained on ImageNet"),
        "random": _("random weights, seed 0"),
        "file": _("weights from {name}").format(name=file),
    }[weights]


def show(
    shown: Sequence[Shown],
    answers: Sequence[Answer],
    block: int,
    asked: Controls,
    seen: DeltaGenerator,
) -> None:
    """Picture and answers in ``seen``, below it what the block makes, and how it was prepared."""
    one = len(shown) == 1
    places = seen.container().columns(2)
    for number, place in enumerate(places):
        with place:
            if one or number < len(shown):
                _show_head(shown, answers, block, asked, number)
    if one:
        _show_maps(shown[0], answers[0], block, asked, seen)
    else:
        _turn_pages(answers, asked)
        for number, place in enumerate(st.columns(len(shown), gap="large")):
            with place:
                _name_block(shown[number], block)
                for operation in answers[number]["operations"]:
                    _show_operation(operation, number)
    for number, (config, source) in enumerate(shown):
        _show_class_map(config, answers[number], source, asked, number)
    _say_other_classes([config.classes for config, _source in shown])
    _show_preparation(answers[0])
    for number, (config, source) in enumerate(shown):
        _show_blocks(config, answers[number], source, number)


def _show_head(
    shown: Sequence[Shown], answers: Sequence[Answer], block: int, asked: Controls, number: int
) -> None:
    """The picture and the answers of one network; for one alone they stand beside each other."""
    one = len(shown) == 1
    config, source = shown[0 if one else number]
    answer = answers[0 if one else number]
    if not one or number == 0:
        st.markdown(f"**{config.short_title}** · {query.plain(source)}")
        traced = trace_config(config)
        if number == 0:
            _show_position(traced, answer, min(block, len(traced.blocks) - 1), asked)
        else:
            st.image(base64.b64decode(answer["prepared"]), width=224, alt=_("Input picture"))
    if not one or number == 1:
        _show_top(answer)


def _say_other_classes(classes: Sequence[int]) -> None:
    if len(set(classes)) > 1:
        words = _("The numbers of classes differ ({counts}): compare feature maps, not answers.")
        st.caption(words.format(counts=_(" and ").join(f"{count:,}" for count in classes)))


def _name_block(shown: Shown, block: int) -> None:
    blocks = trace_config(shown[0]).blocks
    controls.heading(blocks[min(block, len(blocks) - 1)].name)


def _show_maps(
    shown: Shown, answer: Answer, block: int, asked: Controls, seen: DeltaGenerator
) -> None:
    """The maps of a block's operations: the first beside the network, the others in pairs."""
    operations = answer["operations"]
    with seen:
        _name_block(shown, block)
        _turn_pages([answer], asked)
        for operation in operations[:1]:
            _show_operation(operation, 0)
    for start in range(1, len(operations), 2):
        pair = operations[start : start + 2]
        for place, operation in zip(st.columns(2, gap="large"), pair, strict=False):
            with place:
                _show_operation(operation, 0)


def _turn_pages(answers: Sequence[Answer], asked: Controls) -> None:
    """The page of all maps' channels, where there are several."""
    maps = [seen for answer in answers for seen in answer["operations"] if seen["image"]]
    pages = max((pages_of(seen["shape"][0]) for seen in maps), default=1)
    if pages > 1:
        place, _rest = st.columns([2, 3])
        with place:
            label = _("{label} of {pages}").format(label=asked["maps"].label, pages=pages)
            controls.number("maps", replace(asked["maps"], label=label))


def _show_top(answer: Answer) -> None:
    columns = {
        "name": _("Class"),
        "probability": st.column_config.ProgressColumn(
            _("Probability"), format="percent", min_value=0.0, max_value=1.0
        ),
    }
    if answer["top"]:  # a network may end without classes
        grid.show(answer["top"], columns)


def _show_class_map(
    config: Config, answer: Answer, source: str, asked: Controls, number: int
) -> None:
    """Where the picture speaks for a class, which is chosen once for all networks."""
    found = answer["map"]
    if not found:
        return
    from viz.charts.inside import class_map_chart, class_map_title

    if number == 0:
        _choose_class(config, answer, asked["class"])
    title = class_map_title(found, config.short_title)
    made = class_map_chart(found, picture.mode())
    picture.chart(made, key=f"class-map-{number}", title=title, source=source)
    st.caption(
        _("The weights of the class times the last feature map ({path}).").format(
            path=found["path"]
        )
        if found["method"] == "CAM"
        else _(
            "The last feature map ({path}) times the mean gradients of the class's score; "
            "what speaks against the class is left out."
        ).format(path=found["path"])
    )


def _choose_class(config: Config, answer: Answer, control: Control) -> None:
    names = answer["names"]

    def called(number: str) -> str:
        return names[int(number)] if names else _("class {number}").format(number=number)

    left, _right = st.columns(2)
    with left:
        named = replace(control, called=called)
        likeliest = _("The likeliest")
        controls.pick_number("class", named, range(config.classes), likeliest)


# What a position sees


def _show_position(traced: Trace, answer: Answer, block: int, asked: Controls) -> None:
    """The picture with the receptive field of one position of the block's map."""
    shape = traced.blocks[block].out_shape
    if len(shape) < 3:
        st.image(base64.b64decode(answer["prepared"]), width=224, alt=_("Input picture"))
        st.caption(_("After pooling every value depends on the whole picture."))
        return
    from viz.charts.position import position_chart

    place = st.container()
    left, right = st.columns(2)
    with left:
        row = _position("row", asked, shape[1])
    with right:
        column = _position("column", asked, shape[2])
    part = traced.part_seen(block, row, column)
    made = position_chart(
        answer["prepared"], traced.config.image, (shape[1], shape[2]), part, picture.mode()
    )
    with place:
        alt = _("The image and the receptive field of a position in {block}")
        picture.pick(
            made, "inside-position", alt.format(block=traced.blocks[block].name), _pick_position
        )
    st.caption(
        _(
            "Frame: receptive field of position ({row}, {column}), {height} × {width} "
            "pixels including padding. Click another position."
        ).format(
            row=row, column=column, height=part.bottom - part.top, width=part.right - part.left
        )
        + (" " + _("SE, which uses the whole map, is ignored.")) * _has_se(traced, block)
    )


def _has_se(traced: Trace, block: int) -> bool:
    return any(each.facts.squeeze for each in traced.blocks[: block + 1])


def _position(name: str, asked: Controls, length: int) -> int:
    """A row or column; the middle one where none is chosen, the last where there are fewer."""
    chosen = controls.maybe_number(name, asked[name])
    return length // 2 if chosen is None else min(chosen, length - 1)


def _pick_position(place: Sequence[int]) -> None:
    st.session_state["row"], st.session_state["column"] = place


# Maps


def _show_operation(seen: Mapping[str, Any], number: int) -> None:
    shape = "×".join(map(str, seen["shape"]))
    what = [seen["what"]] * (seen["what"] != seen["role"])
    facts = [" · ".join([f"**{seen['role']}**", *what, shape])]
    facts.append(_("{low:.3g} to {high:.3g}").format(low=seen["low"], high=seen["high"]))
    if seen["zeros"] is not None:
        facts.append(_("{share:.0%} zeros").format(share=seen["zeros"]))
    if seen["ceiling"] is not None:
        facts.append(_("{share:.1%} at 6").format(share=seen["ceiling"]))
    st.markdown(" · ".join(facts))
    if seen["image"]:
        caption = _channels_shown(seen)
        alt = f"{seen['role']}: {caption}"
        st.image(base64.b64decode(seen["image"]), caption=caption, width="stretch", alt=alt)
    elif seen["gates"]:
        st.bar_chart(list(seen["gates"]), height=140)
    if seen["high"] > seen["low"]:
        _show_histogram(seen, number)


def _channels_shown(seen: Mapping[str, Any]) -> str:
    shown, count = seen["channels"], seen["shape"][0]
    words = _("Strongest {shown} of {all} channels: {channels}")
    first = seen["first"]
    if first:
        words = _("Channels {first} to {last} of {all} by strength: {channels}")
    numbers = {"shown": len(shown), "first": first + 1, "last": first + len(shown), "all": count}
    return words.format(**numbers, channels=", ".join(map(str, shown)))


def _show_histogram(seen: Mapping[str, Any], number: int) -> None:
    from viz.charts.inside import histogram_chart

    made = histogram_chart(seen["histogram"], seen["low"], seen["high"], picture.mode())
    title = _("Values of {path}").format(path=seen["path"])
    picture.chart(
        made, key=f"values-{number}-{seen['path']}", title=title, files=False, beside=True
    )


# Preparation


def _show_preparation(answer: Answer) -> None:
    names = {
        "picture": _("Original"),
        "middle cut": _("Centre crop"),
        "mean and deviation": _("Normalised"),
    }
    with st.expander(_("Preprocessing, and common mistakes")):
        st.caption(_("As {preparation}").format(preparation=answer["preparation"]))
        for place, step in zip(st.columns(len(answer["steps"])), answer["steps"], strict=True):
            with place:
                alt = names.get(step["what"], step["what"].capitalize())
                st.image(base64.b64decode(step["image"]), alt=alt)
                st.caption(
                    _("{what}: {width} × {height}, values {low:.3g} to {high:.3g}").format(
                        what=names.get(step["what"], step["what"].capitalize()),
                        width=step["size"][0],
                        height=step["size"][1],
                        low=step["low"],
                        high=step["high"],
                    )
                )
        _show_mistakes(answer)


def _show_mistakes(answer: Answer) -> None:
    if not answer["top"]:
        return
    names = {
        "without mean and deviation": _("Not normalised"),
        "values of 0 to 255": _("Values from 0 to 255"),
        "colours as BGR": _("BGR, as OpenCV loads"),
        "squeezed, not cut": _("Stretched, not cropped"),
        "resized without antialiasing": _("Resized without antialiasing, as OpenCV does"),
    }
    right = answer["top"][0]
    rows = [{"what": _("Correct"), **right}]
    rows += [{**mistake, "what": names[mistake["what"]]} for mistake in answer["mistakes"]]
    columns = {
        "what": _("Preprocessing"),
        "name": _("Top class"),
        "probability": st.column_config.ProgressColumn(
            _("Probability"), format="percent", min_value=0.0, max_value=1.0
        ),
    }
    grid.show(rows, columns)


def _show_blocks(config: Config, answer: Answer, source: str, number: int) -> None:
    from viz.charts.inside import blocks_chart

    made = blocks_chart(answer["blocks"], picture.mode())
    title = _("One picture in {network}, block by block").format(network=config.short_title)
    picture.chart(made, key=f"inside-{number}", title=title, source=source)
    st.caption(
        _(
            "Each map is scaled from its minimum (dark) to its maximum (light). Weights: {source}."
        ).format(source=query.plain(source))
    )
