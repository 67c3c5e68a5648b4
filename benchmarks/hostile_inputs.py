"""Inputs that nobody means well with, drawn at random; the same for the same seed."""

import random
from urllib.parse import quote, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg

from viz.exports.figure_table import FIGURES
from viz.exports.request import LOOKS
from viz.net.config import NUMBERS, OPTIONS
from viz.net.design import FORMS, rows_of
from viz.net.fields import Field, Switch
from viz.net.names import LIBRARY_NAMES
from viz.net.zoo import ZOO

WORDS = [
    *("", " ", "0", "-1", "1e999", "nan", "inf", "-inf", "1_000", "٣", "0x10", "1" * 400),
    *("9" * 20, "1.5.2", "224x", "x224", "224x224x224", "4096x1", "true", "NO", "None", "null"),
    *("../../etc/passwd", "..%2f..", "/dev/zero", "C:\\con", "~", "-", "--", "--help", "-h"),
    *("\x00", "a\nb", "a\r\nSet-Cookie: x=1", "\u202eabc", "💥" * 50, "\ud800", "é" * 3000),
    *("\ufeff", "\x1b[31m", "<script>alert(1)</script>", "'; DROP TABLE x;--", "`id`"),
    *("{0.__class__}", "%s%n", "${jndi:x}", '=HYPERLINK("http://x")', "@SUM(A1)"),
    *("[a](javascript:alert(1))", "$$\\frac", ":material/x:", "v2,v2", "v2,v2,v2", ",", "design"),
    *("file", "v2.svg", "V2", "v2 ", "mobilenet_v2", "a" * 20_000, "[" * 5_000),
    *('{"a":' * 2_000, "stem.16.relu.2", "mb.6.160.20.1", "~" * 500, "." * 500),
]
FIELDS: dict[str, Field] = {
    **NUMBERS,
    **LOOKS,
    **{name: Switch() for name in OPTIONS},
    **{name: field for kind in FIGURES.values() for name, field in kind.fields.items()},
}
NAMES = [*FIELDS, "network", "b_network", "b_width", "design", "b_design", "view", "part", "about"]
ENDS = ["svg", "png", "pdf", "csv", "json", "md", "gif", "svg.svg", "", "pptx", "SVG"]
PATHS = [
    *("", "architecture", "design", "inside", "compare", "identify", "activations", "rounding"),
    *("deck", "convolution", "scaling", "residual", "linear", "squeeze", "tail", "universal"),
    "branches",
    *("compound", "hardware", "frozen", "train", "timing", "posts", "check", "nonesuch", "a/b"),
]
COMMANDS = ["list", "summary", "diagram", "taps", "export", "identify", "predict", "nonesuch", ""]
FLAGS = ["--json", "--output", "--format", "--set", "--design", "--onnx", "--rows", "--force"]
FLAGS += [f"--{name}" for name in (*NUMBERS, *LOOKS)]


class Hostile:
    """Draws inputs of every kind."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def word(self) -> str:
        """A hostile word, or two of them, or one cut at some place."""
        word = self.chance.choice(WORDS)
        if self.chance.random() < 0.2:
            word += self.chance.choice(WORDS)
        return word[: self.chance.randrange(len(word) + 1)] if self.chance.random() < 0.1 else word

    def one_of(self, meant: list[str] | tuple[str, ...], hostile: float = 0.3) -> str:
        """One that is meant, or a hostile word."""
        return self.word() if self.chance.random() < hostile else self.chance.choice(meant)

    def value(self, name: str) -> str:
        """A value for a parameter: one that may be, or not."""
        if name in ("design", "b_design") and self.chance.random() < 0.8:
            return self.design()
        samples = FIELDS[name].samples if name in FIELDS else tuple(ZOO)
        return self.one_of(samples)

    def params(self, most: int = 5) -> list[tuple[str, str]]:
        """Some parameters, of which some are there twice."""
        names = [self.one_of(NAMES, 0.15) for _ in range(self.chance.randrange(most + 1))]
        return [(name, self.value(name)) for name in names]

    def query(self, most: int = 5) -> str:
        """The same as they stand in a URL."""
        return urlencode(self.params(most), errors="replace")

    def address(self) -> str:
        """A path of a picture or a table with its query."""
        kind = self.chance.choice(["figure", "figure", "table", "media", "_stcore", ""])
        name = self.one_of([*ZOO, *FIGURES, *LIBRARY_NAMES, "design", "v1,v2"], 0.2)
        path = f"{name[:3000]}.{self.one_of(ENDS, 0.1)[:50]}"
        return f"/{kind}/{quote(path, safe='', errors='replace')}?{self.query()[:12_000]}"

    def design(self) -> str:
        """The rows of a network, of which some are spoiled."""
        rows = rows_of(ZOO[self.chance.choice(["v1", "v2", "v3-large", "v4-conv-small"])])
        for _ in range(self.chance.randrange(4)):
            self.chance.choice([self._spoil, self._repeat, self._forge])(rows)
        return "~".join([self.one_of(list(ZOO), 0.1), *rows])[:1_800]

    def _spoil(self, rows: list[str]) -> None:
        place = self.chance.randrange(len(rows))
        parts = rows[place].split(".")
        parts[self.chance.randrange(len(parts))] = self.one_of(["4096", "20", "16", "1", "0"], 0.5)
        rows[place] = ".".join(parts)

    def _repeat(self, rows: list[str]) -> None:
        place = self.chance.randrange(len(rows))
        rows[place:place] = [rows[place]] * self.chance.randrange(60)

    def _forge(self, rows: list[str]) -> None:
        word, form = self.chance.choice(list(FORMS.items()))
        values = [self.one_of(field.samples or ("1",), 0.05) for field in form.values.values()]
        rows.insert(self.chance.randrange(len(rows) + 1), ".".join([word, *values]))

    def command(self) -> list[str]:
        """Arguments of the command line."""
        arguments = [self.one_of(COMMANDS, 0.05)]
        if self.chance.random() < 0.8:
            arguments.append(self.one_of([*ZOO, "mobilenet_v2"], 0.3))
        for _ in range(self.chance.randrange(4)):
            flag = self.one_of(FLAGS, 0.1)
            arguments += [flag, self.value(flag.removeprefix("--"))]
        return [argument.replace("\x00", "") for argument in arguments]

    def file(self, good: list[bytes]) -> bytes:
        """A good file with some bytes changed, cut off or put in; or none at all."""
        content = bytearray(self.chance.choice([*good, b"", b"PK\3\4", b"\x89HDF\r\n\x1a\n"]))
        for _ in range(self.chance.randrange(6)):
            place = self.chance.randrange(len(content) + 1)
            match self.chance.randrange(4):
                case 0:
                    content[place : place + 8] = self.chance.randbytes(8)
                case 1:
                    del content[place:]
                case 2:
                    content[place:place] = self.chance.randbytes(self.chance.randrange(64))
                case _:
                    content[place : place + 4] = b"\xff\xff\xff\xff"
        return bytes(content)

    def frame(self) -> bytes | str:
        """A frame of a WebSocket: noise, text, or a message of Streamlit's that is spoiled."""
        if self.chance.random() < 0.2:
            return self.word().encode("utf-8", "replace").decode()
        if self.chance.random() < 0.3:
            return self.chance.randbytes(self.chance.randrange(2_000))
        content = bytearray(self.message().SerializeToString())
        if content and self.chance.random() < 0.5:
            content[self.chance.randrange(len(content))] = self.chance.randrange(256)
        return bytes(content)

    def message(self) -> BackMsg:
        """A run with states of widgets that nobody has drawn."""
        message = BackMsg()
        run = message.rerun_script
        run.query_string = self.query()
        run.page_name = self.one_of(PATHS).encode("utf-8", "replace").decode()
        run.fragment_id = self.one_of(["", "x", "0" * 32]).encode("utf-8", "replace").decode()
        for _ in range(self.chance.randrange(3)):
            state = run.widget_states.widgets.add()
            state.id = f"$$ID-{self.chance.getrandbits(64):x}-width"
            match self.chance.randrange(4):
                case 0:
                    state.int_value = self.chance.getrandbits(62)
                case 1:
                    state.double_value = float("nan")
                case 2:
                    state.trigger_value = True
                case _:
                    state.json_value = "[" * self.chance.randrange(5_000)
        return message
