"""Install engine: one run that installs, resumes or repairs, whatever it finds.

Steps: environment, pip, torch, packages, check, marker. Each is passed over where its work is done; an
environment that fails the check is made anew once. The marker is written last, so a run that was broken
off is known by its absence.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..client.engine_process import worker_command
from ..translation import rpt_
from .backends import choose_backend, probe_machine
from .environment import EngineEnvironment, State, blender_python
from .job import Job, JobError
from .locks import LOCKED, PACKAGES, PIP, lock_of_build, write_without_torch
from .packages import Backend, read_packages
from .pip_process import DownloadMeter, Outcome, explain_output, run_program, without_passwords
from .verification import CheckError, check_engine, check_python

# Shares of the progress bar: where each step begins.
_ENVIRONMENT, _PIP, _DOWNLOAD, _CHECK = 0.0, 0.03, 0.06, 0.93
_INSTALL_PIP = (*LOCKED, "-r", PIP)
_RAW_PROGRESS = (24, 1)  # version of pip from which it tells its progress in numbers
_OWN_INDEX = re.compile(r"^(-i|--index-url|--no-index|--extra-index-url|-f|--find-links)(=|$)")
_MARGIN = 200  # MB of disk that must be left


@dataclass(frozen=True)
class Plan:
    """What to install, and where.

    Attributes:
        environment: where the engine's Python goes.
        root: the folder with the ``engine`` package, for the check.
        weights: model folder, for the check.
        log: file that takes what pip says.
        engine_log: file that takes what the engine says during the check.
        backend: a name of packages.toml, or "auto".
        pip_arguments: further arguments of pip as one line. With an index among them, ours is not used.
        base_python: the Python to make the environment with; None is Blender's own.
    """

    environment: EngineEnvironment
    root: Path
    weights: Path
    log: Path
    engine_log: Path
    backend: str = "auto"
    pip_arguments: str = ""
    base_python: Path | None = None

    def choose_backend(self) -> Backend:
        """The build to install. Raises JobError where there is none for this machine."""
        name = self.backend
        if name == "auto":
            try:
                name = choose_backend(probe_machine())
            except ValueError as error:
                raise JobError(str(error)) from error
        return read_packages().backends[name]


def install_job(plan: Plan) -> Job:
    """A job that brings the engine into being. Raises JobError if the pip arguments cannot be read."""
    _split(plan.pip_arguments)
    return Job(rpt_("Installing the engine"), lambda job: _Installation(plan, job).run())


def remove_job(environment: EngineEnvironment) -> Job:
    """A job that deletes the engine."""

    def work(job: Job) -> str:
        job.report(rpt_("Removing the engine"), 0.0)
        with _locked(environment.folder):
            environment.remove()
        return rpt_("The engine was removed")

    return Job(rpt_("Removing the engine"), work)


class _Installation:
    def __init__(self, plan: Plan, job: Job) -> None:
        self._plan = plan
        self._job = job
        self._environment = plan.environment
        self._backend = plan.choose_backend()
        self._raw = False

    def run(self) -> str:
        self._prepare_folders()
        with _locked(self._environment.folder):
            begun_anew = self._environment.state() in (State.MISSING, State.BROKEN)
            marker = self._environment.read_marker()
            if marker is not None and marker.get("backend") != self._backend.name:
                begun_anew = True  # Another build of torch would count as installed.
            self._environment.marker.unlink(missing_ok=True)
            if begun_anew:
                self._environment.remove()
            try:
                versions = self._install()
            except (CheckError, JobError) as error:
                if begun_anew or isinstance(error, _OutsideError):
                    raise
                self._note(f"What was there does not work ({error}); starting anew")
                self._environment.remove()
                versions = self._install()
            self._environment.write_marker(self._backend.name, versions)
        message = rpt_("The engine is ready ({build}, PyTorch {version})")
        return message.format(build=self._backend.label, version=versions["torch"])

    def _prepare_folders(self) -> None:
        for folder in (self._environment.folder.parent, self._plan.log.parent):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise JobError(
                    rpt_("No permission to write in {folder}: allow it and press Install again").format(folder=folder)
                ) from error
            if not os.access(folder, os.W_OK):
                raise JobError(
                    rpt_("No permission to write in {folder}: allow it and press Install again").format(folder=folder)
                )
        self._plan.log.write_text(time.strftime("Install engine, %Y-%m-%d %H:%M:%S\n"), "utf-8")
        free = shutil.disk_usage(self._environment.folder.parent).free / 1e6
        if self._environment.state() is State.MISSING and free < self._backend.disk + _MARGIN:
            raise JobError(
                rpt_("The engine needs {disk:.1f} GB on disk, {free:.1f} GB are free: make room").format(
                    disk=self._backend.disk / 1000, free=free / 1000
                )
            )

    def _install(self) -> dict[str, str]:
        """Versions of what is there afterwards. Raises JobError, CheckError or Cancelled."""
        self._make_environment()
        self._upgrade_pip()
        self._download_all()
        return self._check()

    def _download_all(self) -> None:
        """Wheels only, and those with the hashes that are listed, as far as there is a list.

        An index of the artist's own may have another build of PyTorch: its wheel is taken by version.
        """
        system, packages = self._system(), rpt_("packages")
        build = rpt_("PyTorch for {build}").format(build=self._backend.label)
        index = self._backend.index.get(system)
        if index is None:
            self._download(build, [*LOCKED, "-r", PACKAGES], 0, 1)
            return
        others = write_without_torch(self._environment.folder / "packages.txt")
        ours = [] if self._has_index() else ["--index-url", index]
        if system in self._backend.locked and ours:
            lock = lock_of_build(f"torch_{self._backend.name}_{system.lower()}")
            self._download(build, [*LOCKED, "-r", lock, *ours], 0, 0.85)
            self._download(packages, [*LOCKED, "-r", others], 0.85, 0.15)
            return
        self._download(packages, [*LOCKED, "-r", others], 0, 0.15)
        # What only this build needs lies on the same index, and has no list of hashes.
        wheels = ["--only-binary", ":all:", f"torch=={read_packages().torch}"]
        self._download(build, [*wheels, *ours], 0.15, 0.85)

    def _make_environment(self) -> None:
        self._job.check_cancelled()
        self._job.report(rpt_("Making the engine's Python environment"), _ENVIRONMENT)
        python = self._environment.python
        if python.exists() and self._run(python, "-I", "-c", "import pip").code == 0:
            return
        self._environment.remove()
        try:
            base = self._plan.base_python or blender_python()
        except FileNotFoundError as error:
            raise JobError(str(error)) from error
        folder = self._environment.folder
        # -I: neither Blender's variables nor the artist's home may steer it.
        first = self._run(base, "-I", "-m", "venv", "--clear", folder)
        if first.code == 0:
            return
        # A Python without ensurepip (some Linux distributions) may still have pip, which can reach into
        # another environment.
        bare = self._run(base, "-I", "-m", "venv", "--clear", "--without-pip", folder)
        if bare.code == 0:
            bare = self._run(base, "-I", "-m", "pip", "--python", python, "install", *self._extra(), *_INSTALL_PIP)
        if bare.code != 0:
            raise JobError(
                rpt_("Blender's Python cannot make environments (it lacks venv or pip): use an existing Python instead")
            )

    def _upgrade_pip(self) -> None:
        """A pip that tells its progress; an old one does the work too, only more quietly."""
        self._job.check_cancelled()
        self._job.report(rpt_("Preparing pip"), _PIP)
        python = self._environment.python
        if self._pip_version() < _RAW_PROGRESS:
            self._run(python, "-I", "-m", "pip", "install", *self._extra(), *_INSTALL_PIP)
        self._raw = self._pip_version() >= _RAW_PROGRESS

    def _download(self, what: str, arguments: Sequence[str | Path], begin: float, share: float) -> None:
        """Install with pip; ``begin`` and ``share`` are parts of the download's stretch of the bar."""
        self._job.check_cancelled()
        meter = DownloadMeter()
        expected = self._backend.download * 1e6 * share

        def place(part: float) -> float:
            return _DOWNLOAD + (_CHECK - _DOWNLOAD) * (begin + share * min(part, 1.0))

        def on_line(line: str) -> None:
            if meter.feed(line):
                self._job.report(
                    rpt_("Downloading {what}").format(what=meter.text), place(0.9 * meter.bytes / expected)
                )
            elif line.startswith("Installing collected packages"):
                self._job.report(rpt_("Unpacking {what}").format(what=what), place(0.9))

        self._job.report(rpt_("Looking up {what}").format(what=what), place(0.0))
        raw = ["--progress-bar", "raw"] if self._raw else []
        outcome = self._run(
            self._environment.python, "-I", "-m", "pip", "install", *raw, *self._extra(), *arguments, on_line=on_line
        )
        if outcome.code != 0:
            raise _OutsideError(explain_output(outcome.output))

    def _check(self) -> dict[str, str]:
        self._job.check_cancelled()
        self._job.report(rpt_("Checking the packages"), _CHECK)
        versions = check_python(self._environment.python)
        self._job.check_cancelled()
        self._job.report(rpt_("Starting the engine once"), (_CHECK + 1) / 2)
        command = worker_command(self._environment.python, self._plan.root)
        initialize = {"weights": str(self._plan.weights), "device": "auto", "precision": "fp32"}
        check_engine(command, self._plan.engine_log, initialize, self._job.cancelled)
        return {"python": versions.python, **versions.packages}

    def _run(self, *argv: str | Path, on_line: Callable[[str], None] = lambda line: None) -> Outcome:
        return run_program(argv, self._plan.log, self._job.cancelled, on_line)

    def _pip_version(self) -> tuple[int, ...]:
        said = self._run(self._environment.python, "-I", "-m", "pip", "--version").output
        found = re.search(r"^pip (\d+)\.(\d+)", said, re.MULTILINE)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def _extra(self) -> list[str]:
        return _split(self._plan.pip_arguments)

    def _has_index(self) -> bool:
        return any(_OWN_INDEX.match(argument) for argument in self._extra())

    def _note(self, line: str) -> None:
        with self._plan.log.open("a", encoding="utf-8") as file:
            file.write(without_passwords(line) + "\n")

    @staticmethod
    def _system() -> str:
        return {"win32": "Windows", "darwin": "Darwin"}.get(sys.platform, "Linux")


class _OutsideError(JobError):
    """Network, disk or index: beginning anew would not help, and what is there is kept."""


def _split(arguments: str) -> list[str]:
    try:
        return shlex.split(arguments, posix=sys.platform != "win32")
    except ValueError as error:
        raise JobError(
            rpt_("The extra pip arguments cannot be read ({error}): mend them in the preferences").format(error=error)
        ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Only one Blender at a time changes the engine. Raises JobError; a lock ends with its process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("a+b") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JobError(rpt_("Another Blender is installing the engine: wait until it is done")) from error
        yield
