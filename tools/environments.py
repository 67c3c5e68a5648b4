"""Virtual environments, made and asked: by pip, or of links to what is installed already."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
# Nothing of the environment that runs this may be seen in the one that is asked.
HIDDEN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Environment:
    """A virtual environment's folder; commands run in an empty folder of its own."""

    folder: Path

    @property
    def empty(self) -> Path:
        """A folder with nothing in it."""
        place = self.folder / "empty"
        place.mkdir(exist_ok=True)
        return place

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of its commands."""
        return {name: value for name, value in os.environ.items() if name not in HIDDEN}

    def script(self, name: str) -> str:
        """The path of a program in it."""
        return str(self.folder / "bin" / name)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run its Python."""
        return self._run(self.script("python"), *arguments)

    def atlas(self, *arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run its ``atlas``, which ends with this code."""
        return self._run(self.script("atlas"), *arguments, code=code)

    def pip(self, *arguments: str) -> str:
        """What pip says of it; pip itself need not be in it."""
        command = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python")
        return self._run(*command, self.script("python"), *arguments).stdout

    def packages(self) -> set[str]:
        """Names of what is installed."""
        return {each["name"] for each in json.loads(self.pip("list", "--format", "json"))}

    def site(self) -> Path:
        """Where its packages are."""
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return Path(self.run("-I", "-c", code).stdout.strip())

    def _run(self, *command: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=self.empty, env=self.variables, check=False
        )
        assert done.returncode == code, (command[1:], done.returncode, done.stdout, done.stderr)
        return done


def pythons(versions: Sequence[str]) -> dict[str, str]:
    """Programs by version: those on PATH that run, and those that pyenv has installed."""
    found = {version: _python(version) for version in versions}
    return {version: path for version, path in found.items() if path}


def _python(version: str) -> str:
    name = f"python{version}"
    installed = sorted(map(str, PYENV.glob(f"versions/{version}.*/bin/{name}")))
    for path in (shutil.which(name), *installed):
        # pyenv puts a program on PATH for every version, and some of them only complain.
        if path and not subprocess.run([path, "-c", ""], capture_output=True).returncode:
            return path
    return ""


def built_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-q"]
    subprocess.run([*command, "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def made(folder: Path, python: str, asked: str) -> Environment:
    """A new environment with what is asked of pip, and what that asks for."""
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True)
    env = Environment(folder)
    env.pip("install", "-q", asked)
    return env


def linked(folder: Path, wheel: Path) -> Environment:
    """A new environment with the wheel, and links to all that its extras ask for."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    env = Environment(folder)
    site = env.site()
    for each in _closure(_asked("all")):
        _link(each, site, folder / "bin")
    env.pip("install", "-q", "--no-deps", "--no-index", str(wheel))
    return env


def _asked(extra: str) -> list[Requirement]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    found = [*map(Requirement, project["dependencies"])]
    for asked in map(Requirement, project["optional-dependencies"][extra]):
        own = asked.name == project["name"]
        found += [each for name in asked.extras for each in _asked(name)] if own else [asked]
    return found


def _closure(asked: list[Requirement]) -> Iterator[Distribution]:
    """The installed distributions that these requirements, and theirs, name."""
    seen: set[tuple[str, str]] = set()
    given: set[str] = set()
    todo = [(each.name, extra) for each in asked for extra in ("", *each.extras)]
    while todo:
        name, extra = todo.pop()
        if (key := (canonicalize_name(name), extra)) in seen:
            continue
        seen.add(key)
        found = distribution(name)
        if key[0] not in given:
            given.add(key[0])
            yield found
        for each in map(Requirement, found.requires or []):
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                todo += [(each.name, further) for further in ("", *each.extras)]


def _link(found: Distribution, site: Path, programs: Path) -> None:
    """Link its files; scripts are left out, as they name the Python that they were made for."""
    for file in found.files or []:
        source = Path(str(found.locate_file(file)))
        if file.suffix == ".pyc" or not source.is_file():
            continue
        if file.parts[0] != "..":
            _link_file(source, site / file)
        elif "bin" in file.parts and not source.read_bytes().startswith(b"#!"):
            _link_file(source, programs / file.name)


def _link_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:  # another file system
        target.symlink_to(source)
