"""Sharing of a view: its URL and a QR code."""

import io
from urllib.parse import urlencode

import streamlit as st

from viz.ui import slides, uploaded
from viz.ui.translate import _

CODE_PIXELS = 320
QUIET = 3  # modules of white around a code, which scanners need


def button() -> None:
    """Share button, on pages and slides."""
    if st.button(_("Share"), key="share-button", icon=":material/qr_code:", type="tertiary"):
        _dialog()


def url() -> str:
    """The URL of what is shown, with all that was chosen, as a page that answers back."""
    here = (st.context.url or "").partition("?")[0]
    names = [name for name in st.query_params if name != slides.VIEW]
    chosen = [(name, text) for name in names for text in st.query_params.get_all(name)]
    return here + (f"?{urlencode(chosen)}" if chosen else "")


def _dialog() -> None:
    @st.dialog(_("This view"))
    def show() -> None:
        address = url()
        if uploaded.KEY in (st.query_params.get(name) for name in ("network", "b_network")):
            st.caption(_("The file is not part of the link: others will see another network."))
        st.image(code_svg(address), width=CODE_PIXELS)
        st.code(address, language=None, wrap_lines=True)

    show()


def code_svg(address: str) -> str:
    """A QR code, black on white whatever the theme."""
    import segno  # wanted by few, and only now

    target = io.BytesIO()
    made = segno.make(address, error="l", micro=False)
    made.save(target, kind="svg", border=QUIET, light="#fff", xmldecl=False, scale=4)
    return target.getvalue().decode()
