"""Text for TeX."""

from viz.text import printable

SIGNS = str.maketrans(
    {sign: f"\\{sign}" for sign in "&%$#_{}"}
    | {
        "[": "{[}",  # after the end of a line it would be its height, and * part of its command
        "*": "{*}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "×": r"$\times$",
        "✓": r"$\checkmark$",
    }
)


def escaped(text: str) -> str:
    """The text itself: no command, no formula, no comment."""
    return printable(text).translate(SIGNS)
