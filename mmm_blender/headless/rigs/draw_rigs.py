"""The same motions on five characters, one picture a motion: what the numbers of measure-rigs look like."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np

from ...animation.apply import apply_motion
from ...coordinates import FloatArray
from ...motion_file import read_motion
from ...rig.finding.find_mapping import find_mapping
from ...scene import current_scene
from .. import contact_sheet, export, stage, stick_skin
from . import measured_rigs
from .measure_rigs import Case, all_cases, fresh_rig

COLUMNS = 5  # poses a rig
CROWN = 0.12  # metres of head above the highest joint
DARK = 0.1  # of 1: a material darker than this has lost its texture
# name, what to write beside it, and proportions (across, up, ahead) against the canonical body's
CHARACTERS: tuple[tuple[str, str, tuple[float, float, float] | None], ...] = (
    ("MMM Character", "MMM", None),
    ("Rigify human FK", "Rigify", None),
    ("rocketbox_male_adult_01", "Rocketbox", None),
    ("Mixamo", "Mixamo", None),
    ("VRoid", "VRoid", (0.82, 1.1, 0.9)),
)


def run(motions: list[Path], rigs: Path, out: Path) -> int:
    """Draw every motion file on every character into ``out``/rigs-NAME.png. Raises ValueError for bad files."""
    bpy.ops.preferences.addon_enable(module="rigify")
    cases = {case.name: case for case in all_cases(rigs, False, [])}
    lacking = [name for name, *_ in CHARACTERS if name not in cases]
    if lacking:
        raise ValueError(f"{rigs}: no {', '.join(lacking)} here")
    with tempfile.TemporaryDirectory() as folder:
        for path in motions:
            rows, view = [], None  # all are seen from where the first one is seen best
            for name, label, shape in CHARACTERS:
                row, view = draw(cases[name], label, shape, path, Path(folder), view)
                rows.append(row)
            contact_sheet.save_rows(rows, out / f"rigs-{path.stem}.png")
            print(f"{out}/rigs-{path.stem}.png", flush=True)
    return 0


def draw(
    case: Case, label: str, shape: tuple[float, float, float] | None, path: Path, folder: Path, view: stage.View | None
) -> tuple[FloatArray, stage.View]:
    """One character in one motion: a row of pictures (H, W, 4), seen from ``view`` or else as is best; and the view."""
    armature, _ = fresh_rig(case, "T", folder)
    scene = current_scene()
    scene.render.fps, scene.render.fps_base = 24, 1.0
    if shape is not None:
        measured_rigs.reshape(armature, shape)
    mapping = find_mapping(armature)
    if not any(child.type == "MESH" for child in armature.children):
        stick_skin.add_stick_skin(armature, mapping)
    scene.frame_start = 1
    apply_motion(armature, mapping, read_motion(path), scene)
    shown = mapping.for_sampling().bones
    bones = [shown["pelvis"], *(bone for slot, bone in shown.items() if slot not in ("pelvis", "root"))]
    rows = [armature.data.bones.find(bone) for bone in bones]  # type: ignore[union-attr]
    points = export.sample_joints(scene, armature)[:, rows]
    crown = points.max(1, keepdims=True) * [0.0, 0.0, 1.0] + points[:, :1] * [1.0, 1.0, 0.0] + [0.0, 0.0, CROWN]
    points = np.concatenate([points, crown], 1)  # heads are taller than their joint is high
    view = view or stage.choose_view(points)
    stage.set_stage(scene, points, view)
    stage.set_look(scene, quick=True)
    for child in armature.children:
        for material in child.data.materials if child.type == "MESH" and shape is None else ():  # type: ignore[union-attr]
            if material is not None and max(material.diffuse_color[:3]) < DARK:  # its textures are not here
                material.diffuse_color = (0.6, 0.6, 0.6, 1.0)
    return contact_sheet.render_strip(scene, np.asarray(points, np.float64), label, COLUMNS, view), view
