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
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ... import compat
from ...coordinates import FloatArray
from ...files.stored import read_text
from ...files.whole import written_whole
from ...rig.finding.find_mapping import find_mapping
from ...rig.sampling import FPS, forget_still_hands, sample_rig
from ...translation import rpt_
from ..shown.obstacles import check_played, check_shown
from .takes import Take, playing_takes, stand_at_rest

TABLE_NAME = "captions.csv"
COLUMNS = ("file", "caption", "start", "end", "split")
MOST_TABLE = 64_000_000  # bytes; a hundred thousand actions have ten million
SHORTEST = 1.2  # seconds; what is shorter is no clip to ``mmm data import``


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
    with playing_takes(armature, scene):
        for take in takes:
            first, last = (float(take.action.frame_range[end]) for end in (0, 1))
            if (last - first) / rate < SHORTEST:
                message = rpt_("Action '{name}' lasts {seconds:.1f} s: training takes at least {least:g} s")
                raise ValueError(message.format(name=take.action.name, seconds=(last - first) / rate, least=SHORTEST))
            stand_at_rest(armature)
            compat.assign_action(armature, take.action, take.slot)
            check_played(armature, scene, first, last)
            joints = forget_still_hands(sample_rig(armature, mapping, scene, first, last))
            sampled[_file_name(take, sampled)] = take, joints
    with contextlib.ExitStack() as all_or_none:
        for name, (take, joints) in sampled.items():
            packed = io.BytesIO()  # a full disk in the middle of packing would be told twice, once as a traceback
            np.savez(packed, joints=joints.astype(np.float32), fps=FPS)
            all_or_none.enter_context(written_whole(folder / name)).write_bytes(packed.getvalue())
            if not any(row["file"] == name and row["caption"].strip() for row in rows):
                rows.append({**dict.fromkeys(COLUMNS, ""), "file": name, "caption": take.caption})
        table = io.StringIO()
        writer = csv.DictWriter(table, list(rows[0]), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        unfinished = all_or_none.enter_context(written_whole(folder / TABLE_NAME))
        unfinished.write_text(table.getvalue(), encoding="utf-8")
    return [folder / name for name in sampled]


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a captions.csv, none if there is no such file. Raises ValueError if it is something else."""
    if not path.exists():
        return []
    try:
        reader = csv.DictReader(io.StringIO(read_text(path, MOST_TABLE), newline=""))
        rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
    except (ValueError, csv.Error) as error:
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
