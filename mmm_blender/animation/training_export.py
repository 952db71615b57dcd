"""Actions of a mapped rig as training data: the folder that ``mmm data import`` reads.

    FOLDER/ACTION.npz      joints (T, 27, 3) float32, 20 fps, metres, motion space; fps
    FOLDER/captions.csv    file, caption, start, end, split: a line an action, to be put into better words

The rig is sampled as it is played, so constraints and IK count; see ``rig.sampling``. Where head and hands point is NaN
as far as rig or action do not tell: training then learns nothing of it.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import bpy
import numpy as np

from .. import compat
from ..coordinates import FloatArray
from ..files.whole import written_whole
from ..rig.finding.find_mapping import find_mapping
from ..rig.sampling import FPS, forget_still_hands, sample_rig
from ..scene import pose_bones
from ..translation import rpt_
from .actions import read_request
from .played import bone_of_path
from .shown.comparison import TRANSFORMS, take_pose
from .shown.obstacles import ObstacleError, check_played, check_shown, find_unused

Which = Literal["CURRENT", "STRIPS", "ALL"]
TABLE_NAME = "captions.csv"
COLUMNS = ("file", "caption", "start", "end", "split")
SHORTEST = 1.2  # seconds; what is shorter is no clip to ``mmm data import``


@dataclass(frozen=True)
class Take:
    """An action as a character plays it, and what happens in it."""

    action: bpy.types.Action
    slot: Any
    caption: str


def find_takes(armature: bpy.types.Object, which: Which) -> list[Take]:
    """The action that ``armature`` plays, those of its selected NLA strips, or all that key its bones.

    Raises ValueError, saying what to do, when there is none.
    """
    animation = armature.animation_data
    found: list[tuple[bpy.types.Action, Any]] = []
    if which == "CURRENT" and animation is not None and animation.action is not None:
        if obstacle := find_unused(armature):
            raise ObstacleError(obstacle)
        found.append((animation.action, compat.assigned_slot(armature)))
    elif which == "STRIPS" and animation is not None:
        strips = [strip for track in animation.nla_tracks for strip in track.strips if strip.select]
        found += [(strip.action, getattr(strip, "action_slot", None)) for strip in strips if strip.action is not None]
    elif which == "ALL":
        names = set(pose_bones(armature).keys())
        for action in bpy.data.actions:
            for slot in compat.slots_of(action):
                paths = {bone_of_path(curve.data_path) for curve in compat.curves_of(action, slot)}
                if paths & names:
                    found.append((action, slot))
    unique = list(dict.fromkeys(found))
    if not unique:
        reasons = {
            "CURRENT": rpt_("'{name}' plays no action: assign one, or export all actions"),
            "STRIPS": rpt_("No NLA strip of '{name}' is selected: select some in the NLA editor"),
            "ALL": rpt_("No action in this file moves the bones of '{name}'"),
        }
        raise ValueError(reasons[which].format(name=armature.name))
    return [Take(action, slot, describe_action(action)) for action, slot in unique]


def describe_action(action: bpy.types.Action) -> str:
    """The prompt that made it, else its name as words."""
    request = read_request(action)
    prompt = (request or {}).get("prompt", "")
    prompt = " ".join(prompt.split()) if isinstance(prompt, str) else ""
    return prompt or " ".join(re.sub(r"[^A-Za-z0-9']+", " ", action.name).split()).lower() or "a person moves"


def export_takes(armature: bpy.types.Object, scene: bpy.types.Scene, takes: list[Take], folder: Path) -> list[Path]:
    """Write each take and its caption; returns the motion files. The scene is as before.

    Captions that stand in the table already are kept. Raises ValueError when the rig is not mapped, a take
    is too short, or the table is not ours, and OSError when the folder cannot be written; nothing is written then.
    """
    check_shown(armature, scene, "EXPORT")
    mapping = find_mapping(armature)
    rate = scene.render.fps / scene.render.fps_base
    rows = read_table(folder / TABLE_NAME)
    sampled: dict[str, tuple[Take, FloatArray]] = {}
    with _as_it_was(armature, scene):
        for take in takes:
            first, last = (float(take.action.frame_range[end]) for end in (0, 1))
            if (last - first) / rate < SHORTEST:
                message = rpt_("Action '{name}' lasts {seconds:.1f} s: training takes at least {least:g} s")
                raise ValueError(message.format(name=take.action.name, seconds=(last - first) / rate, least=SHORTEST))
            _rest(armature)
            compat.assign_action(armature, take.action, take.slot)
            check_played(armature, scene, first, last)
            joints = forget_still_hands(sample_rig(armature, mapping, scene, first, last))
            sampled[_file_name(take, sampled)] = take, joints
    for name, (take, joints) in sampled.items():
        with written_whole(folder / name) as unfinished:
            np.savez(unfinished, joints=joints.astype(np.float32), fps=FPS)
        if not any(row["file"] == name and row["caption"].strip() for row in rows):
            rows.append({**dict.fromkeys(COLUMNS, ""), "file": name, "caption": take.caption})
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with written_whole(folder / TABLE_NAME) as unfinished:
        unfinished.write_text(table.getvalue(), encoding="utf-8")
    return [folder / name for name in sampled]


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a captions.csv, none if there is no such file. Raises ValueError if it is something else."""
    if not path.is_file():
        return []
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
        rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(
            rpt_("{path} cannot be read ({error}): choose another folder").format(path=path, error=error)
        ) from error
    if not {"file", "caption"} <= set(reader.fieldnames or ()):
        raise ValueError(rpt_("{path} has no columns file and caption: choose another folder").format(path=path))
    return rows


def _file_name(take: Take, taken: dict[str, Any]) -> str:
    """From the action's name, and the slot's where an action has several."""
    stem = re.sub(r"[^\w.-]+", "_", take.action.name).strip("._") or "action"
    name, number = f"{stem}.npz", 2
    while name in taken:
        name, number = f"{stem}_{number}.npz", number + 1
    return name


@contextlib.contextmanager
def _as_it_was(armature: bpy.types.Object, scene: bpy.types.Scene) -> Iterator[None]:
    """Afterwards the armature plays what it played, in the pose that it had, at the same frame."""
    had_animation = armature.animation_data is not None
    animation: Any = armature.animation_data_create()
    action, slot, use_nla = animation.action, compat.assigned_slot(armature), animation.use_nla
    frame = scene.frame_current, scene.frame_subframe
    restore = take_pose(armature)
    animation.use_nla = False
    try:
        yield
    finally:
        animation.use_nla = use_nla
        animation.action = None
        restore()
        compat.play_action(armature, action, slot)
        if action is None and not had_animation:
            armature.animation_data_clear()
        scene.frame_set(frame[0], subframe=frame[1])


def _rest(armature: bpy.types.Object) -> None:
    """Bones that an action does not key stand as in the rest pose, not as the action before left them."""
    bones = pose_bones(armature)
    for name, size, neutral in TRANSFORMS:
        row = np.broadcast_to(np.asarray(neutral, np.float32), (len(bones), size))
        bones.foreach_set(name, np.ascontiguousarray(row).ravel())
