"""Home: what this is, where to begin, the family as a picture, as cards and as a table."""

import streamlit as st

from viz.drawing.thumbnail import thumbnail
from viz.net.trace import trace
from viz.text import short_count
from viz.ui import controls, picture
from viz.ui.parts import home as part
from viz.ui.translate import _

part.follow_choice()
part.show_door()
part.show_ideas()

controls.heading(_("Networks"))
for column, key in zip(st.columns(len(part.CARDS)), part.CARDS, strict=True):
    traced = trace(key)
    with column.container(border=True, height="stretch"):
        st.markdown(f"**{traced.config.network.name}** · {traced.config.network.year}")
        picture.show(
            thumbnail(traced, picture.mode()),
            key=f"card-{key}",
            label=_("Skyline of {name}").format(name=traced.config.network.name),
            plain=True,
        )
        st.markdown(
            _("**{params}** parameters  \n**{macs}** MACs  \n{top1}").format(
                params=short_count(traced.params),
                macs=short_count(traced.macs),
                top1=part.published_accuracy(key),
            )
        )
        st.caption(traced.config.network.summary)
        st.page_link(
            "architecture.py",
            label=part.open_label(key),
            icon=":material/arrow_forward:",
            query_params={"network": key},
        )
st.caption(_("One bar per block: height = feature map, width = channels (not to scale)."))
part.show_networks()

accuracy, family = st.columns([3, 2], gap="medium")
with accuracy:
    part.show_accuracy()
with family:
    part.show_family()
with st.expander(_("Data and sources")):
    part.show_published()
