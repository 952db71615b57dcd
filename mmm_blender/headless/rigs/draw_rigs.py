"""The same motions on several characters, one picture a motion: what the numbers of measure-rigs look like."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ...animation.apply import apply_motion
from ...coordinates import FloatArray
from ...filming import pictures
from ...motion_file import read_motion
from ...rig.finding.find_mapping import find_mapping
from ...rig.mapping import RigMapping
from ...scene import current_scene, current_view_layer
from .. import contact_sheet, export, stage, stick_skin
from . import measured_rigs
from .measure_rigs import Case, all_cases, fresh_rig

COLUMNS = 5  # poses a rig
ANKLES = (7, 8)  # of a motion's joints
KICK = 0.4  # metres that a foot rises in one, and in no walk
CROWN = 0.12  # metres of head above the highest joint
DARK = 0.1  # of 1: a material darker than this has lost its texture
# name, what to write beside it, and proportions (across, up, ahead) against the canonical body's
Character = tuple[str, str, tuple[float, float, float] | None]
PEOPLE: tuple[Character, ...] = (
    ("MMM Character", "MMM", None),
    ("Rigify human FK", "Rigify", None),
    ("rocketbox_male_adult_01", "Rocketbox", None),
    ("Mixamo", "Mixamo", None),
    ("VRoid", "VRoid", (0.82, 1.1, 0.9)),
)
GAME: tuple[Character, ...] = (
    ("kaykit1_knight", "KayKit", None),
    ("kaykit2_mannequin", "KayKit 2", None),
    ("kenney_human", "Kenney", None),
    ("kenney_characterMedium", "Kenney FBX", None),
    ("RobotExpressive", "Robot", None),
    ("quaternius2018_robot", "Robot 2018", None),
    ("quaternius2019_male_suit", "Quaternius", None),
    ("quaternius_single_knight_pack_KnightCharacter", "Knight", None),
)
# sheet -> how its pictures are called, with the motion's name in between, and who is on it
SHEETS: dict[str, tuple[str, str, tuple[Character, ...]]] = {
    "people": ("rigs", ".png", PEOPLE),
    "game": ("rigs-game", ".jpg", GAME),
}


def run(motions: list[Path], rigs: Path, out: Path, sheet: str = "people") -> int:
    """Draw every motion file on every character of a sheet into ``out``. Raises ValueError for bad files."""
    front, ending, characters = SHEETS[sheet]
    bpy.ops.preferences.addon_enable(module="rigify")
    cases = {case.name: case for case in all_cases(rigs, False, [])}
    lacking = [name for name, *_ in characters if name not in cases]
    if lacking:
        raise ValueError(f"{rigs}: no {', '.join(lacking)} here")
    with tempfile.TemporaryDirectory() as folder:
        for path in motions:
            rows, view = [], None  # all are seen from where the first one is seen best
            for name, label, shape in characters:
                row, view = draw(cases[name], label, shape, path, Path(folder), view)
                rows.append(row)
            picture = out / f"{front}-{path.stem}{ending}"
            contact_sheet.save_rows(rows, picture)
            print(picture, flush=True)
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
    skins = [item for item in armature.children_recursive if item.type == "MESH"]
    if not skins:
        stick_skin.add_stick_skin(armature, mapping)
    if skins:
        _put_on_floor(armature, skins)
    scene.frame_start = 1
    above = max(CROWN, _crown(armature, mapping, skins))
    motion = read_motion(path)
    apply_motion(armature, mapping, motion, scene)
    shown = mapping.for_sampling().bones
    bones = [shown["pelvis"], *(bone for slot, bone in shown.items() if slot not in ("pelvis", "root"))]
    rows = [armature.data.bones.find(bone) for bone in bones]  # type: ignore[union-attr]
    points = export.sample_joints(scene, armature)[:, rows]
    crown = points.max(1, keepdims=True) * [0.0, 0.0, 1.0] + points[:, :1] * [1.0, 1.0, 0.0] + [0.0, 0.0, above]
    points = np.concatenate([points, crown], 1)  # heads are taller than their joint is high
    view = view or stage.choose_view(points)
    stage.set_stage(scene, points, view)
    pictures.set_look(scene, quick=True)
    for child in armature.children:
        for material in child.data.materials if child.type == "MESH" and shape is None else ():  # type: ignore[union-attr]
            if material is not None and max(material.diffuse_color[:3]) < DARK:  # its textures are not here
                material.diffuse_color = (0.6, 0.6, 0.6, 1.0)
    shares = telling_shares(motion.joints, COLUMNS)
    return contact_sheet.render_strip(scene, np.asarray(points, np.float64), label, shares, view), view


def telling_shares(joints: FloatArray, count: int) -> FloatArray:
    """When to look at a motion (T, J, 3): evenly spaced from 0 to 1, but one at the height of a kick, if any."""
    shares = np.linspace(0.0, 1.0, count)
    heights = joints[:, ANKLES, 1].max(-1)
    if heights.max() - heights.min() > KICK and count > 2:
        peak = heights.argmax() / (len(joints) - 1)
        shares[1 + np.abs(shares[1:-1] - peak).argmin()] = peak
    return shares


def _put_on_floor(armature: bpy.types.Object, skins: list[bpy.types.Object]) -> None:
    """Bring a character that was modelled elsewhere to where the stage is."""
    current_view_layer().update()
    corners = np.array([skin.matrix_world @ Vector(corner) for skin in skins for corner in skin.bound_box])
    middle = (corners.min(0) + corners.max(0)) / 2
    if np.abs(middle[:2]).max() > np.ptp(corners, axis=0).max():
        away = Vector((middle[0], middle[1], corners[:, 2].min()))
        armature.matrix_world = Matrix.Translation(-away) @ armature.matrix_world
        current_view_layer().update()


def _crown(armature: bpy.types.Object, mapping: RigMapping, skins: list[bpy.types.Object]) -> float:
    """How far the meshes reach above the highest mapped joint, at rest, in the world."""
    bones = [armature.data.bones[bone] for bone in mapping.for_sampling().bones.values()]  # type: ignore[union-attr]
    joints = max((armature.matrix_world @ bone.head_local).z for bone in bones)
    tops = [(skin.matrix_world @ Vector(corner)).z for skin in skins for corner in skin.bound_box]
    return max([top - joints for top in tops], default=0.0)
