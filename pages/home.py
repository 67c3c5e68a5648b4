"""What this is, on one screen: the family as cards, and what was published about it."""

import streamlit as st

from viz.drawing.thumbnail import thumbnail
from viz.text import short_count
from viz.trace import trace
from viz.ui import cards, figure
from viz.ui.words import _

st.subheader(_("The MobileNet family, every layer of it"), anchor=False)
st.markdown(
    _(
        "Open a network to see it whole on one slide, click a block to look inside, change its "
        "width, and read every layer's shape, parameters and MACs. Every view is a link."
    )
)

papers = cards.of_group("papers")
for column, key in zip(st.columns(len(papers)), papers, strict=True):
    traced = trace(key)
    with column.container(border=True, height="stretch"):
        st.markdown(f"**{traced.config.network.name}** · {traced.config.network.year}")
        figure.show(
            thumbnail(traced, figure.mode()),
            key=f"card-{key}",
            label=_("Skyline of {name}").format(name=traced.config.network.name),
            plain=True,
        )
        st.markdown(
            _("**{params}** parameters  \n**{macs}** MACs  \n{top1}").format(
                params=short_count(traced.params),
                macs=short_count(traced.macs),
                top1=cards.published_accuracy(key),
            )
        )
        st.caption(traced.config.network.summary)
        st.page_link(
            "architecture.py",
            label=cards.open_label(key),
            icon=":material/arrow_forward:",
            query_params={"network": key},
        )
st.caption(
    _("Bars: one a block, as tall as its map, as wide as its channels (root and logarithm).")
)

accuracy, family = st.columns([3, 2], gap="medium")
with accuracy:
    st.markdown(f"**{_('Published accuracy against MACs')}**")
    figure.chart(
        cards.accuracy_chart(),
        key="accuracy",
        title=_("Published ImageNet accuracy against MACs"),
        source=_("papers and libraries, listed in the Atlas"),
    )
with family:
    st.markdown(f"**{_('Fewer MACs each time, not fewer parameters')}**")
    figure.chart(cards.family_chart(), key="family", name="family")
with st.expander(_("Every point and its source")):
    st.dataframe(cards.published_rows(), hide_index=True)

st.markdown(f"**{_('As blog posts print them')}**")
posts = cards.of_group("posts")
for column, key in zip(st.columns(len(posts)), posts, strict=True):
    column.page_link(
        "architecture.py",
        label=cards.name_of(key),
        icon=":material/article:",
        query_params={"network": key},
        help=cards.summary_of(key),
    )
