"""Home: the family as cards, and published figures."""

import streamlit as st

from viz.drawing.thumbnail import thumbnail
from viz.net.trace import trace
from viz.text import short_count
from viz.ui import controls, picture
from viz.ui.parts import home as part
from viz.ui.translate import _

st.markdown(
    _(
        "Open a network to see it whole on one slide, click a block to look inside, change its "
        "width, and read every layer's shape, parameters and MACs. Every view is a link."
    )
)

papers = [*part.of_group("papers"), "v4-conv-small"]
for column, key in zip(st.columns(len(papers)), papers, strict=True):
    traced = trace(key)
    with column.container(border=True, height="stretch", vertical_alignment="distribute"):
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

for group, label in part.more_networks().items():
    controls.heading(label)
    with st.container(horizontal=True):
        for key in part.of_group(group):
            part.link_to(key)
part.show_ideas()

accuracy, family = st.columns([3, 2], gap="medium")
with accuracy:
    part.show_accuracy()
with family:
    part.show_family()
with st.expander(_("Data and sources")):
    part.show_published()
