"""The same motions on five characters, one picture a motion: what the numbers of measure-rigs look like."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np

from ..animation.placement import apply_motion
from ..coordinates import FloatArray
from ..motion_file import read_motion
from ..rig.mapping import find_mapping
from ..scene import current_scene
from . import contact_sheet, export, measured_rigs, stage, stick_skin
from .measure_rigs import Case, all_cases, fresh_rig

COLUMNS = 6
# name, and proportions (across, up, ahead) against the canonical body's
CHARACTERS: tuple[tuple[str, tuple[float, float, float] | None], ...] = (
    ("MMM Character", None),
    ("Rigify human FK", None),
    ("rocketbox_male_adult_01", None),
    ("Mixamo", None),
    ("VRoid", (0.82, 1.1, 0.9)),
)


def run(motions: list[Path], rigs: Path, out: Path) -> int:
    """Draw every motion file on every character into ``out``/rigs-NAME.png. Raises ValueError for bad files."""
    bpy.ops.preferences.addon_enable(module="rigify")
    cases = {case.name: case for case in all_cases(rigs, False, [])}
    lacking = [name for name, _ in CHARACTERS if name not in cases]
    if lacking:
        raise ValueError(f"{rigs}: no {', '.join(lacking)} here")
    with tempfile.TemporaryDirectory() as folder:
        for path in motions:
            rows = [draw(cases[name], shape, path, Path(folder)) for name, shape in CHARACTERS]
            contact_sheet.save_rows(rows, out / f"rigs-{path.stem}.png")
            print(f"{out}/rigs-{path.stem}.png", flush=True)
    return 0


def draw(case: Case, shape: tuple[float, float, float] | None, path: Path, folder: Path) -> FloatArray:
    """One character in one motion: a row of pictures (H, W, 4)."""
    armature, _ = fresh_rig(case, "T", folder)
    scene = current_scene()
    scene.render.fps, scene.render.fps_base = 24, 1.0
    label = case.name
    if shape is not None:
        measured_rigs.reshape(armature, shape)
        label += ", slim"
    mapping = find_mapping(armature)
    if not any(child.type == "MESH" for child in armature.children):
        stick_skin.add_stick_skin(armature, mapping)
    scene.frame_start = 1
    apply_motion(armature, mapping, read_motion(path), scene)
    bones = list(mapping.for_sampling().bones.values())
    rows = [armature.data.bones.find(bone) for bone in bones]  # type: ignore[union-attr]
    points = export.sample_joints(scene, armature)[:, rows]
    stage.set_stage(scene, points)
    stage.set_look(scene, quick=True)
    return contact_sheet.render_strip(scene, np.asarray(points, np.float64), label, COLUMNS)
