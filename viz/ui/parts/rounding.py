"""Parts of the page about channel rounding."""

import streamlit as st

from viz.charts import network as charts
from viz.facts.sweep import channel_rows, staircase, sweep
from viz.net.channels import make_divisible
from viz.net.config import Config
from viz.net.zoo import ZOO
from viz.ui import picture
from viz.ui.translate import _

WIDTHS = [round(0.1 + 0.025 * step, 3) for step in range(77)]


def show_staircase(config: Config) -> None:
    """The staircase of ``make_divisible`` at the chosen divisor."""
    shown, words = st.columns([3, 1])
    with words:
        up_to = st.slider(_("Up to"), 16, 512, 96, 8, key="up_to", bind="query-params")
        st.latex(r"\hat c = d \left\lfloor \frac{c + d/2}{d} \right\rfloor")
        st.latex(r"\hat c \leftarrow \hat c + d \quad\text{if } \hat c < 0.9\,c")
        st.markdown(
            _(
                "c wanted, ĉ given, d the divisor (here {divisor}; change it in the sidebar). The "
                "10 % rule bounds only rounding **down**: going up may cost any share, as from "
                "{wanted} to {given}, {change:+.0%}."
            ).format(**_steep_example(config.divisor))
        )
    rows = staircase(config.divisor, up_to)
    with shown:
        picture.chart(
            charts.staircase_chart(rows, config.divisor, picture.mode()),
            key="staircase",
            name="staircase",
            chosen={"divisor": config.divisor, "up_to": up_to},
        )


def _steep_example(divisor: int) -> dict[str, object]:
    wanted = divisor * 1.5
    given = make_divisible(wanted, divisor)
    return {
        "divisor": divisor,
        "wanted": f"{wanted:g}",
        "given": given,
        "change": given / wanted - 1,
    }


def show_layers(config: Config) -> None:
    """Wanted and given channels of every layer."""
    rows = channel_rows(config)
    number = st.column_config.NumberColumn
    st.dataframe(
        [row | {"change": 100 * float(str(row["change"]))} for row in rows],
        hide_index=True,
        height=470,
        column_order=["name", "part", "paper", "wanted", "given", "change"],
        column_config={
            "name": st.column_config.TextColumn(_("Block"), width=78),
            "part": st.column_config.TextColumn(_("Part"), width=82),
            "paper": number(_("Paper"), width=60),
            "wanted": number(_("Wanted"), format="%.2f", width=70),
            "given": number(_("Given"), width=60),
            "change": number(_("Change (%)"), format="%+.1f", width=80),
        },
    )
    st.caption(
        _("Wanted: the paper's channels times the width. Given: under the rule of {rule}.").format(
            rule=config.rule.library
        )
    )
    if config.width == 1.0:
        st.caption(_("At width 1 every layer gets what the paper says: turn the width down."))
    for note in config.notes():
        st.caption(note)


def show_sweep(config: Config, rules: list[str], metrics: list[str]) -> None:
    """Cost against width for chosen networks and rules."""
    metric_field = st.container()
    networks_field, rules_field = st.columns(2)
    networks = networks_field.multiselect(
        _("Networks"),
        list(ZOO),
        default=["v2", "v3-large"],
        key="networks",
        bind="query-params",
    )
    chosen_rules = rules_field.multiselect(
        _("Width rules"), rules, default=["torchvision", "slim"], key="rules", bind="query-params"
    )
    metric = metric_field.segmented_control(
        _("Of"), metrics, default="parameters", key="of", bind="query-params"
    )
    rows = sweep(
        networks,
        WIDTHS,
        rules=chosen_rules,
        resolution=config.resolution,
        classes=config.classes,
        divisor=config.divisor,
        in_channels=config.in_channels,
    )
    if not rows:
        st.info(_("Choose a network and a width rule that it has."))
        return
    picture.chart(
        charts.sweep_chart(
            rows,
            charts.METRIC_OF[metric or "parameters"],
            picture.mode(),
            marked_width=config.width,
        ),
        key="sweep",
    )
