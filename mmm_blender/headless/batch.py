"""The panel's *Batch* without a window: a list of prompts and a rig's file to a library of actions.

What is finished is kept: the library is written now and then, and at the end, whatever ends it.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy

from ..animation.assets.library import write_catalogue
from ..client.batch import Batch
from ..client.batch_lines import BatchLine, names_of, read_file, read_lines
from ..client.engine_process import worker_command
from ..client.session import session
from ..client.settings import EngineSettings
from ..extension_paths import ROOT, engine_log
from ..files.whole import followed, reason_of, written_whole
from ..rig.finding.find_mapping import find_mapping
from ..scene import current_scene, current_view_layer
from ..target import Target, active_armature, why_not_keyable
from .export import check_place

BEAT = 0.02  # seconds between looks at what the engine sent
SAVE_EVERY = 60.0  # seconds of work that a killed process may lose


@dataclass(frozen=True)
class BatchRequest:
    """``prompts``: file of lines; ``out``: the library; ``character``: armature's name, empty: the active or only one;
    ``weights``, ``device``, ``precision``, ``sampling``: as in docs/protocol.md.
    """

    prompts: Path
    rig: Path
    out: Path
    character: str = ""
    catalogue: str = ""
    weights: str = ""
    device: str = "auto"
    precision: str = "fp32"
    sampling: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> BatchRequest:
        """What the command line asks for."""
        chosen = {"steps": arguments.steps, "guidance": arguments.guidance}
        return cls(
            arguments.prompts,
            arguments.rig,
            arguments.out,
            arguments.character,
            arguments.catalog.strip().strip("/"),
            arguments.weights,
            arguments.device,
            arguments.precision,
            {name: value for name, value in chosen.items() if value is not None},
        )


def run(request: BatchRequest) -> int:
    """Make the library; 0: all lines, 1: some. Raises ValueError, saying what to do, where none can be made."""
    _check_out(request)
    lines = read_lines(read_file(request.prompts))
    armature = open_rig(request.rig, request.character)
    _free_names(lines)
    made = Batch(
        lines,
        Target.of(armature),
        current_scene().name,
        _engine_settings(request),
        request.sampling,
        request.catalogue,
    )
    try:
        _follow(made, request)
    except KeyboardInterrupt:
        # What is finished is written now; a second wish to stop does not stop that.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        made.stop("Stopped")
    finally:
        session.stop()
        _save(made, request)
    if not made.made:
        raise ValueError(made.outcome)
    print(f"[end] {made.outcome}", flush=True)
    return 0 if len(made.made) == len(lines) else 1


def open_rig(path: Path, character: str = "") -> bpy.types.Object:
    """Open a .blend file; the armature in it that motions are for. Raises ValueError, saying what to do."""
    try:
        bpy.ops.wm.open_mainfile(filepath=str(followed(path)), load_ui=False, use_scripts=False)
    except (OSError, RuntimeError) as error:
        raise ValueError(f"cannot open {path}: {reason_of(error)}") from error
    armatures = {item.name: item for item in current_scene().objects if item.type == "ARMATURE"}
    active = active_armature(current_view_layer())
    if character:
        armature = armatures.get(character)
    else:
        armature = active or (next(iter(armatures.values())) if len(armatures) == 1 else None)
    if armature is None:
        known = ", ".join(f"'{name}'" for name in sorted(armatures)) or "none"
        raise ValueError(f"{path}: say with --character which armature it is for (there is {known})")
    if reason := why_not_keyable(armature):
        raise ValueError(f"{path}: {reason}")
    try:
        find_mapping(armature)
    except ValueError as error:
        raise ValueError(f"{path}: '{armature.name}': {error}") from None
    return armature


def _check_out(request: BatchRequest) -> None:
    if request.out.suffix != ".blend":
        raise ValueError(f"{request.out}: a library is a .blend file")
    check_place(request.out)
    if followed(request.out) == followed(request.rig):
        raise ValueError(f"{request.out} is the rig's own file: name another")


def _free_names(lines: list[BatchLine]) -> None:
    """Let nothing in the rig's file, which is not saved, hold a name that an action of ours is to have."""
    for name in names_of(lines):
        if (other := bpy.data.actions.get(name)) is not None:
            other.name = "MMM other"


def _engine_settings(request: BatchRequest) -> EngineSettings:
    command = worker_command(Path(sys.executable), ROOT)
    return EngineSettings(command, request.weights, request.device, request.precision, engine_log(), "", "")


def _follow(made: Batch, request: BatchRequest) -> None:
    """Let the batch go on to its end, with a line of stdout for each of its lines."""
    saved = time.monotonic()
    while made.running:
        session.tick()
        good, bad = len(made.made), len(made.failures)
        made.step()
        place = f"[{len(made.made) + len(made.failures)}/{len(made.lines)}]"
        if len(made.failures) > bad:
            print(f"{place} FAILED {made.failures[-1]}", flush=True)
        if len(made.made) > good:
            print(f"{place} {made.made[-1]}", flush=True)
            if time.monotonic() - saved > SAVE_EVERY:
                _save(made, request)
                saved = time.monotonic()
        time.sleep(BEAT)


def _save(made: Batch, request: BatchRequest) -> None:
    """Write the actions there are, if any. Raises ValueError where the disk refuses."""
    actions: set[bpy.types.ID] = {bpy.data.actions[name] for name in made.made}
    if not actions:
        return
    try:
        if request.catalogue:
            write_catalogue(followed(request.out).parent, request.catalogue)
        with written_whole(request.out) as unfinished:
            bpy.data.libraries.write(str(unfinished), actions, fake_user=True, compress=True)
    except (OSError, RuntimeError) as error:
        raise ValueError(f"cannot write {request.out}: {reason_of(error)}") from error
