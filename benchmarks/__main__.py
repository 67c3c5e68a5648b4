"""``python -m benchmarks [a b c d e f g h i]``: measure all, or the named ones, and print ratios.

Commands with options of their own: ``hostile`` tries hostile inputs, ``class`` holds a class,
``addresses`` asks for pictures, ``soak`` lets readers come and go for long.
"""

import sys
from collections.abc import Callable

from benchmarks import addresses, app, classroom, hostile, library, soak

MEASUREMENTS: dict[str, Callable[[], str]] = {
    "a": library.trace_against_torchinfo,
    "b": library.sweep_against_torchinfo,
    "c": library.picture_against_torchview,
    "d": app.first_picture,
    "e": app.new_picture,
    "f": app.many_sessions,
    "g": app.class_of_a_hundred,
    "h": app.processor_per_answer,
    "i": library.sweep_by_arrays,
}
COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "hostile": hostile.main,
    "class": classroom.main,
    "addresses": addresses.main,
    "soak": soak.main,
}


def main(names: list[str]) -> int:
    """Run the named measurements; 2 for an unknown name."""
    if names and names[0] in COMMANDS:
        return COMMANDS[names[0]](names[1:])
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        print(f"No measurement {unknown[0]}: choose from {', '.join([*MEASUREMENTS, *COMMANDS])}.")
        return 2
    for name in names or list(MEASUREMENTS):
        print(f"({name}) {MEASUREMENTS[name]()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
