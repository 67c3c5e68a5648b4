"""Inputs besides the picture: a weights file and class names."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from viz.lab.classes import classes_in
from viz.lab.errors import RunError
from viz.net.config import Config
from viz.ui import query
from viz.ui.translate import _


def file_words(*, knows: bool) -> str:
    """Caption on the network of a file and the origin of the resolution."""
    if knows:
        return _("Network of the file: {network}. The sidebar does not apply.")
    return _("Network of the file: {network}. Only the resolution is the sidebar's.")


def fitting(names: tuple[str, ...], config: Config) -> tuple[str, ...]:
    """The names, unless they are not as many as the classes: then none, after a sentence."""
    if len(names) in (0, config.classes):
        return names
    st.warning(
        _("The file has {count} class names, but the weights have {classes} classes.").format(
            count=len(names), classes=config.classes
        )
    )
    return ()


def names_given(key: str) -> tuple[str, ...]:
    """Names of the classes, where the weights do not know them."""
    words = _("A name on each line, or JSON: class_indices.json of the Train page, Keras's index.")
    label = _("Class names (.json or .txt)")
    file = st.file_uploader(label, type=["json", "txt"], key=f"{key}-names", help=words)
    if file is None:
        return ()
    try:
        return classes_in(file.getvalue(), file.name)
    except RunError as error:
        st.warning(query.plain(str(error)))
        return ()


@contextmanager
def lent(file: Any) -> Iterator[Path]:
    """The file on disk, for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="mobilenet-atlas-") as folder:
        path = Path(folder, "weights" + Path(file.name).suffix.lower())
        path.write_bytes(file.getbuffer())
        yield path
