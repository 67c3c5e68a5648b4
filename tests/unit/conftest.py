"""Unit tests need neither torch nor a browser: an import of either fails here."""

import sys
from importlib.abc import MetaPathFinder

import pytest

LEFT_OUT = {"torch", "torchvision", "torchinfo", "timm", "keras", "playwright"}


class Refusal(MetaPathFinder):
    """Finds no module, and says so for those that a unit test does without."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in LEFT_OUT:
            raise ImportError(f"a unit test does without {fullname}")


@pytest.fixture(autouse=True)
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [Refusal(), *sys.meta_path])
