"""``predict --explain cam``: where a picture speaks for a class, as a file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from viz.cli.evaluate import CHARTS
from viz.cli.output import check_output, write_file
from viz.cli.parser import UsageError
from viz.lab.errors import RunError
from viz.net.fields import one_of

if TYPE_CHECKING:
    from viz.lab.pytorch.weights import Loaded
    from viz.lab.sources import Source


def check(options: argparse.Namespace) -> None:
    """Check options that belong together before any work. Raises ``UsageError``."""
    if not options.explain:
        if options.output or options.explained is not None:
            raise UsageError("--output and --class belong to --explain cam.")
        return
    if options.output is None:
        raise UsageError(f"--explain needs --output FILE, which ends in {one_of(CHARTS)}.")
    if len(options.images) != 1 or Path(options.images[0]).is_dir():
        raise UsageError("--explain takes one picture.")
    if Path(options.output).suffix.lower().removeprefix(".") not in CHARTS:
        raise UsageError(f"--output {options.output}: its name must end in {one_of(CHARTS)}.")
    check_output(options.output, force=options.force)


def explain(options: argparse.Namespace, source: "Source", loaded: "Loaded", weights: str) -> None:
    """Write the map of one picture. Raises ``RunError``."""
    from viz.charts.inside import class_map_chart, class_map_title
    from viz.charts.matplotlib import drawn
    from viz.lab.pictures import open_picture
    from viz.lab.pytorch.class_map import class_map

    picture = open_picture(source.file, source.name)
    found = class_map(loaded, picture, _number(options.explained, loaded)).content()
    title = class_map_title(found, loaded.traced.config.short_title)
    suffix = Path(options.output).suffix.lower()[1:]
    content = drawn(class_map_chart(found, "light"), suffix, title=title, source=weights)
    write_file(content, options.output, force=options.force)


def _number(given: str | None, loaded: "Loaded") -> int | None:
    """A class by number or name; whether there is such a number is seen later."""
    if given is None or given.isdecimal():
        return None if given is None else int(given)
    if given not in loaded.classes:
        most = loaded.traced.config.classes - 1
        names = "a class's name or " if loaded.classes else ""
        raise RunError(f"--class {given}: allowed is {names}a whole number from 0 to {most}.")
    return loaded.classes.index(given)
