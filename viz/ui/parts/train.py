"""Parts of the page on training: form, running job, results."""

import time
from pathlib import Path

import streamlit as st

from viz.lab import live, runs
from viz.lab.choice import SUFFIXES, torchvision_name
from viz.lab.errors import RunError
from viz.lab.estimate import Work
from viz.lab.estimate import about as rough
from viz.lab.recipe import FREEZES, SCHEDULES, Freeze
from viz.lab.runs import Job, Run
from viz.lessons.squeeze import check_computed
from viz.net.config import Config, configure
from viz.net.fields import ConfigError, Switch, Word
from viz.net.roles import Role
from viz.net.trace import trace_config
from viz.net.words import config_of, words_of
from viz.ui import controls, picture, query
from viz.ui.admission import fragment
from viz.ui.controls import Control, Controls
from viz.ui.parts.learned import has_learned, learned_config
from viz.ui.parts.train_results import offer_weights, show_answers
from viz.ui.translate import _

EVERY = 2.0  # seconds between two looks at a run
COLOURS = 3
PROBLEM = "train:problem"
STOPPING = "train:stopping"  # the folder of the run that was asked to end


def parameters(config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    sources = {
        "atlas": _("Trained on drawn flowers"),
        "torchvision": _("torchvision's"),
        "random": _("Random"),
        "file": _("Your file"),
    }
    possible = _sources(config) if config else tuple(sources)
    schedules = {"constant": _("Constant"), "cosine": _("Cosine, down to 0")}
    freezes = {"features": _("Classifier only"), "none": _("All layers")}
    fields = runs.BOUNDS
    return {
        "data": Control(_("Pictures"), Word(tuple(runs.data_sets()), runs.FLOWERS)),
        "start": Control(_("Initial weights"), Word(possible, possible[0]), sources.__getitem__),
        "freeze": Control(
            _("Trained layers"), Word(FREEZES, _usual_freeze(config)), freezes.__getitem__
        ),
        "epochs": Control(_("Epochs"), fields["epochs"]),
        "pictures": Control(_("Batch size"), fields["batch"]),
        "lr": Control(_("Learning rate"), fields["lr"]),
        "seed": Control(_("Seed"), fields["seed"]),
        "schedule": Control(
            _("Learning rate over time"), Word(SCHEDULES, SCHEDULES[0]), schedules.__getitem__
        ),
        "patience": Control(
            _("Patience (epochs)"),
            fields["patience"],
            help=_("Stop after so many epochs without a better one; 0: never."),
        ),
        "balance": Control(
            _("Balance classes"), Switch(), help=_("Rare classes weigh more in the loss.")
        ),
    }


def _sources(config: Config) -> tuple[str, ...]:
    """The weights that there are for a network, the best first."""
    found = ["atlas"] if has_learned(config) else []
    try:
        torchvision_name(config)
        found.append("torchvision")
    except RunError:
        pass
    return (*found, "random", "file")


def _usual_freeze(config: Config | None) -> Freeze:
    """What is trained at first: on learned features a classifier alone, which takes seconds."""
    return "features" if config and has_learned(config) else "none"


def ignores_sidebar(config: Config) -> bool:
    """Whether the weights bring their network."""
    return controls.value_of("start", parameters(config)["start"]) == "atlas"


def about(_config: Config) -> None:
    """Nothing: a run names its network."""


def show(config: Config) -> None:
    """The running job, else the form and the last run's result."""
    run = runs.current()
    if run and run.state == "running":
        _watch(run)
        return
    _form(config)
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(query.plain(problem))
    if run:
        _show_ended(run)


# The form


def _form(config: Config) -> None:
    asked = parameters(config)
    first, second = st.columns(3), st.columns(4)
    third = st.columns(4, vertical_alignment="bottom")
    with first[0]:
        data = controls.pick("data", asked["data"])
    with first[1]:
        weights = controls.choice("start", asked["start"])
    with first[2]:
        freeze = controls.choice("freeze", asked["freeze"])
    numbers: dict[str, float] = {}
    for place, name in zip(second, ("epochs", "pictures", "lr", "seed"), strict=True):
        with place:
            numbers[name] = controls.number(name, asked[name])
    with third[0]:
        schedule = controls.choice("schedule", asked["schedule"])
    with third[1]:
        patience = controls.number("patience", asked["patience"])
    with third[2]:
        balance = controls.toggle("balance", asked["balance"])
    learned = config
    if weights == "atlas":
        learned = learned_config(config)
        text = _("{network}, trained on drawn flowers, is trained further.")
        st.caption(text.format(network=learned.short_title))
    file = _file() if weights == "file" else None
    try:
        _check(learned)
    except ConfigError as error:
        st.info(str(error))
        return
    job = Job(
        data,
        learned.variant,
        _params(config, weights),
        weights,
        freeze,
        int(numbers["epochs"]),
        int(numbers["pictures"]),
        numbers["lr"],
        int(numbers["seed"]),
        balance=balance,
        patience=int(patience),
        schedule=schedule,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Train"),
            key="train-start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(job, file),
            disabled=weights == "file" and file is None,
        )
        st.markdown(_expected(job, learned))
    if weights == "random":
        text = _("Random features need all layers trained, and a learning rate of 0.001.")
        st.caption(text)
    st.caption(
        _(
            "Post 001's recipe: its transforms, Adam, cross-entropy, the best epoch is "
            "kept. One run at a time on this server; it keeps running if you close this page."
        )
    )


def _expected(job: Job, config: Config) -> str:
    """How long it will take, roughly, and what has to be fetched first."""
    train, val, to_draw = runs.pictures_of(job.data)
    frozen = job.freeze == "features"
    work = Work(trace_config(config).macs, train, val, job.epochs, frozen, to_draw)
    text = _("About **{time}** for {count:,} pictures on one core.").format(
        time=rough(work.seconds), count=train + val
    )
    fetched = (
        _("torchvision's weights are downloaded first.") if job.weights == "torchvision" else ""
    )
    return f"{text} {fetched}".strip()


def _check(config: Config) -> None:
    """Raise ``ConfigError`` for what is not trained here."""
    check_computed(config)
    if config.in_channels != COLOURS:
        raise ConfigError(
            "in_channels", config.in_channels, _("3, as pictures have three colour channels")
        )
    if not any(op.role is Role.CLASSIFIER for op in trace_config(config).operations):
        name = config.network.name
        raise ConfigError("network", name, _("one with a classifier"))


def _params(config: Config, weights: str) -> dict[str, str]:
    """The network's words; learned weights know their own."""
    params = {} if weights == "atlas" else words_of(config)
    params.pop("classes", None)  # the folder says how many
    return params


def _file() -> tuple[str, bytes] | None:
    """Weights of the reader's to start from: suffix and content. They lie in the run's folder."""
    types = [suffix.lstrip(".") for suffix in SUFFIXES]
    words = _("For the sidebar's network: from the Train page, torchvision, timm or others.")
    file = st.file_uploader(_("Weights file"), type=types, key="train-weights", help=words)
    return (Path(file.name).suffix.lower(), file.getvalue()) if file else None


def _start(job: Job, file: tuple[str, bytes] | None) -> None:
    try:
        runs.start(job, file)
    except RunError as error:
        st.session_state[PROBLEM] = str(error)


def _go_on(run: Run) -> None:
    try:
        runs.go_on(run)
    except RunError as error:
        st.session_state[PROBLEM] = str(error)


# A run that goes on


@fragment(run_every=EVERY)
def _watch(run: Run) -> None:
    """Progress, refreshed every two seconds."""
    if run.state != "running":
        st.rerun()
    at = live.progress_in(run.result)
    stopping = st.session_state.get(STOPPING) == run.folder.name
    controls.heading(query.plain(_title(run.job)))
    st.caption(_recipe(run.job))
    moves = "train-progress" if at else "train-waiting"  # a bar that knows no share moves by itself
    with st.container(horizontal=True, vertical_alignment="center", key=moves):
        label = _("Stopping …") if stopping else _("Stop")
        st.button(
            label,
            icon=":material/stop:",
            on_click=_stop,
            args=(run,),
            disabled=stopping,
            key="stop",
        )
        st.progress(at.share if at else _share_drawn(run), _state(run, at))
    _show_curves(run, at)


def _stop(run: Run) -> None:
    """Ask the run to end, and say so: the step that it is at is finished first."""
    st.session_state[STOPPING] = run.folder.name
    runs.stop(run)


def _share_drawn(run: Run) -> float:
    """The share of the flowers that are there before training can begin."""
    if run.job.data not in runs.data_sets():
        return 0.0
    train, val, to_draw = runs.pictures_of(run.job.data)
    return 1 - to_draw / (train + val) if to_draw else 0.0


def _title(job: Job) -> str:
    """The network and its pictures."""
    return f"{_network(job)} · {job.data}"


def _network(job: Job) -> str:
    if job.weights == "atlas":
        return learned_config(configure(job.network)).short_title
    return config_of(job.network, job.params).short_title


def _recipe(job: Job) -> str:
    """Training settings in one line."""
    asked = parameters()
    start = "file" if Path(job.weights).suffix else job.weights  # a file lies in the run's folder
    values = {
        "start": asked["start"].called(start),
        "freeze": asked["freeze"].called(job.freeze),
        "epochs": job.epochs,
        "pictures": job.batch,
        "lr": f"{job.lr:g}",
        "seed": job.seed,
        "schedule": asked["schedule"].called(job.schedule),
        "patience": job.patience,
    }
    words = [f"{asked[name].label}: {value}" for name, value in values.items()]
    return " · ".join([*words, *[_("Classes balanced")] * job.balance])


def _brief(job: Job) -> str:
    """The same for a slide, where there is room for little."""
    asked = parameters()
    numbers = {"epochs": job.epochs, "lr": f"{job.lr:g}"}
    words = [f"{asked[name].label}: {value}" for name, value in numbers.items()]
    return " · ".join([asked["freeze"].called(job.freeze), *words])


def _state(run: Run, at: live.Progress | None) -> str:
    if at is None:
        is_first = run.job.data == runs.FLOWERS and runs.pictures_of(runs.FLOWERS)[2] > 0
        drawing = _("Drawing the flowers (first run only, about a minute) …")
        return drawing if is_first else _("Loading torch and checking every picture …")
    left = at.seconds_left(time.time())
    told = _("epoch {epoch} of {epochs}, step {step} of {steps}").format(
        epoch=at.epoch, epochs=at.epochs, step=at.step, steps=at.steps
    )
    return f"{told}, {_time_left(left)}" if left is not None else told


def _time_left(seconds: float) -> str:
    minutes = round(seconds / 60)
    if not minutes:
        return _("less than a minute left")
    return _("about {count} min left").format(count=minutes)


def _show_curves(run: Run, at: live.Progress | None) -> None:
    if at is None:
        return
    from viz.charts.training import run_chart

    losses = [(each.passed(at.steps), each.loss) for each in live.losses_in(run.result)]
    made = run_chart(losses, live.history_in(run.result), at.epochs, picture.mode())
    names = {"network": _network(run.job), "data": run.job.data}
    title = _("Training {network} on {data}").format(**names)
    picture.chart(made, key="train", title=title, source=_brief(run.job))


# A run that has ended


def _show_ended(run: Run) -> None:
    history = live.history_in(run.result)
    controls.heading(f"{_('The last run')}: {query.plain(_title(run.job))}")
    st.caption(_recipe(run.job))
    if run.state == "stopped":
        reason = run.problem or _("it was interrupted.")
        st.info(query.plain(reason[:1].upper() + reason[1:]))
        st.button(_("Resume"), icon=":material/play_arrow:", on_click=_go_on, args=(run,))
    elif run.state == "failed":
        st.error(query.plain(_problem(run) or _("Training failed; see log.txt.")))
    if not history:
        return
    best = max(history, key=lambda line: line["val_accuracy"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.metric(
            _("Best epoch: {number:.0f}").format(number=best["epoch"]),
            _("{share:.1%} validation accuracy").format(share=best["val_accuracy"]),
        )
        offer_weights(run)
    _show_curves(run, live.progress_in(run.result))
    show_answers(run, _title(run.job))


def _problem(run: Run) -> str:
    """Why a run failed, without the server's folders and the shell's flags."""
    problem = run.problem.removeprefix("!")
    data = runs.data_sets().get(run.job.data)
    for folder in (run.folder, data) if data else (run.folder,):
        problem = problem.replace(f"{folder}/", "")
    file = Path(run.job.weights)
    if not file.suffix:
        return problem
    return problem.replace(f"--weights {file.name}", file.name).replace(file.name, _("Your file"))
