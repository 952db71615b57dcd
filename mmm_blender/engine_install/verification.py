"""Does a Python run the engine? Found out by running it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import protocol
from ..client.engine_client import EngineClient, Failure, Result
from ..client.engine_process import NO_WINDOW, EngineCommand, clean_environment
from ..translation import rpt_
from .packages import read_packages

_PROBE_SECONDS = 300
_PREFIX = "mmm-probe "
# Runs in any Python that may be there, so it is written for any.
_PROBE = """
import json, sys
found, missing = {}, {}
for name in sys.argv[1:]:
    try:
        found[name] = str(getattr(__import__(name), "__version__", "0"))
    except Exception as error:
        missing[name] = "%s: %s" % (type(error).__name__, error)
print("mmm-probe " + json.dumps({"python": list(sys.version_info[:2]), "found": found, "missing": missing}))
"""


class CheckError(Exception):
    """A Python does not run the engine; the message says in one line why and what to do."""


class Cancelled(Exception):
    """The artist pressed Cancel."""


@dataclass(frozen=True)
class Versions:
    """What a Python that can run the engine brings."""

    python: str
    packages: dict[str, str]


def check_python(python: Path) -> Versions:
    """Run ``python`` and import what the engine needs. Raises CheckError naming what is missing."""
    minimum = {name: version for name, version in read_packages().minimum.items() if name != "python"}
    report = _probe(python, list(minimum))
    version = ".".join(str(part) for part in report["python"])
    least = read_packages().minimum["python"]
    if _numbers(version) < _numbers(least):
        raise CheckError(
            rpt_("This is Python {version}, the engine needs {least} or later: choose another one").format(
                version=version, least=least
            )
        )
    broken = {name: why for name, why in report["missing"].items() if "No module named" not in why}
    absent = [name for name in report["missing"] if name not in broken]
    if absent:
        raise CheckError(
            rpt_("This Python lacks {packages}: install them there with pip").format(packages=", ".join(absent))
        )
    for name, why in broken.items():
        if "WinError 126" in why or "c10.dll" in why:
            raise CheckError(rpt_("PyTorch needs the Microsoft Visual C++ Redistributable: install it and try again"))
        raise CheckError(
            rpt_("{name} cannot be imported there ({reason}): install it again").format(
                name=name, reason=why.splitlines()[0][:200]
            )
        )
    for name, least in minimum.items():
        if _numbers(report["found"][name]) < _numbers(least):
            raise CheckError(
                rpt_("{name} {version} is too old there, {least} is needed: upgrade it with pip").format(
                    name=name, version=report["found"][name], least=least
                )
            )
    return Versions(version, report["found"])


def check_engine(
    command: EngineCommand,
    log: Path,
    initialize: dict[str, Any],
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Start the engine, load the model, close it; returns its answer. Raises CheckError or Cancelled."""
    return ask_engine(command, log, "initialize", {"protocol": protocol.VERSION, **initialize}, cancelled)


def ask_engine(
    command: EngineCommand,
    log: Path,
    method: str,
    params: dict[str, Any],
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[str, int, int], None] = lambda stage, step, of: None,
) -> dict[str, Any]:
    """Start an engine for one request and close it; returns its answer. For jobs: this waits.

    Raises CheckError with what the engine has to say, or Cancelled.
    """
    client = EngineClient(command, log)
    client.start()
    try:
        client.request(method, params)
        while True:
            if cancelled():
                raise Cancelled
            for event in client.poll():
                if isinstance(event, Result):
                    return dict(event.value)
                if isinstance(event, Failure):
                    raise CheckError(event.message)
                progress(event.stage, event.step, event.of)
            time.sleep(0.05)
    finally:
        client.stop(wait=5.0)


def _probe(python: Path, names: list[str]) -> dict[str, Any]:
    if not python.is_file():
        raise CheckError(rpt_("There is no file {python}: choose a Python program").format(python=python))
    try:
        done = subprocess.run(
            [str(python), "-s", "-E", "-c", _PROBE, *names],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_PROBE_SECONDS,
            env=clean_environment(),
            creationflags=NO_WINDOW,
        )
    except subprocess.TimeoutExpired:
        raise CheckError(
            rpt_("{name} gave no answer in {seconds} s: choose a Python program").format(
                name=python.name, seconds=_PROBE_SECONDS
            )
        ) from None
    except OSError as error:
        raise CheckError(
            rpt_("{name} cannot be run ({error}): choose a Python program").format(
                name=python.name, error=error.strerror or error
            )
        ) from error
    lines = [line for line in done.stdout.splitlines() if line.startswith(_PREFIX)]
    if not lines:
        raise CheckError(rpt_("{name} is not a Python that works: choose a Python program").format(name=python.name))
    return dict(json.loads(lines[-1].removeprefix(_PREFIX)))


def _numbers(version: str) -> tuple[int, ...]:
    """A version in numbers: "2.13.0+cpu" as (2, 13, 0)."""
    numbers = []
    for part in version.split("+")[0].split("."):
        digits = "".join(character for character in part if character.isdigit())
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
