"""Measure retargeting over many rigs and conditions: one command, one table.

Every rig gets every motion; rest pose, rolls, placement, rotation mode and frame rate take turns, so
that every value of each meets every rig, without measuring all their combinations.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import bpy
import numpy as np

from ... import character
from ...animation.apply import ApplyOptions, apply_motion
from ...coordinates import FloatArray
from ...motion_file import Motion, read_motion
from ...rig import retarget, sampling, skeleton, slots
from ...rig.body import feet, hinges
from ...rig.finding.find_mapping import find_automatically, find_mapping
from ...rig.foot_meshes import with_soles
from ...rig.mapping import MMM_CHARACTER, RigMapping
from ...rig.pose import RetargetOptions
from ...rig.proportions import unusual_shape
from ...rig.resampling import resample_joints
from ...rig.rotations import continuous, rotate, to_quaternions
from ...scene import current_scene, pose_bones
from . import measured_rigs, measured_soles, rig_measures
from .measured_looks import measure_looking
from .measured_rigs import Conditions, Placed, fit_preset
from .random_rigs import RIGS, build_random_rig
from .rig_measures import LIMITS, RigScores

NAMED = (
    "Mixamo",
    "Unreal mannequin",
    "VRoid",
    "SMPL",
    "SMPL-X",
    "3ds Max Biped",
    "Daz Genesis 3 and 8",
    "MakeHuman",
    "Character Creator",
    "MikuMikuDance",
)
PLACES: tuple[Placed, ...] = ("plain", "rotated", "scaled", "parented")
MODES = ("QUATERNION", "XYZ", "ZXY")
RATES = (24, 30, 60)  # frames a second
TIMED_FRAMES = 196  # frames of the motion that is timed
APPLIES = 100  # over which memory must stay flat
SAMPLED = 15.0  # millimetres, on bodies like the source's


@dataclass(frozen=True)
class Case:
    """One rig to measure: how to make it, the bones it should be mapped to, whether it has the source's body."""

    name: str
    build: Callable[[measured_rigs.RestPose], tuple[bpy.types.Object, dict[str, str]]]
    preset: str | None = None
    same_body: bool = False  # then sampling back must give the source again
    right: dict[str, str] = field(default_factory=dict)  # slot -> bone, where the builder does not know
    posable: bool = True  # whether the builder makes both rest poses


@dataclass(frozen=True)
class Result:
    """One motion on one rig under one set of conditions."""

    rig: str
    motion: str
    conditions: str
    scores: RigScores
    sampled: float  # millimetres, mean
    untouched: bool
    same_body: bool
    shape: str = ""  # what of the rig's legs is not like a person's

    def failures(self) -> list[str]:
        """Names of the measures that are over their limit."""
        return self.scores.failures() + ["sampled"] * (self.same_body and self.sampled > SAMPLED)

    def value(self, measure: str) -> float:
        """What was measured, by its name."""
        return self.sampled if measure == "sampled" else float(getattr(self.scores, measure))


def read_clips(folder: Path) -> dict[str, Motion]:
    """The motion files of a folder by name. Raises ValueError where there are none."""
    clips = {path.stem: read_motion(path) for path in sorted(folder.glob("*.npz"))}
    if not clips:
        raise ValueError(f"{folder}: no motion files (.npz)")
    return clips


def tell_looking(motions: Path) -> int:
    """Print what looking at a rig after an apply costs. Raises ValueError when there are no motions."""
    bpy.ops.preferences.addon_enable(module="rigify")
    print(measure_looking(list(read_clips(motions).values())))
    return 0


def run(motions: Path, rigs: Path | None, out: Path | None, quick: bool, only: Sequence[str] = ()) -> int:
    """Measure, print and, with ``out``, write ``out``.md and ``out``.json.

    ``only``: parts of names, of which a rig must have one; nothing is timed then. Returns 1 when a limit is missed.
    Raises ValueError when there are no motions.
    """
    clips = read_clips(motions)
    bpy.ops.preferences.addon_enable(module="rigify")
    results: list[Result] = []
    mapped: dict[str, str] = {}
    timings: dict[str, float] = {}
    notes: list[str] = []
    turn = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in all_cases(rigs, quick, notes):
            if only and not any(part in case.name for part in only):
                continue
            for name, motion in clips.items():
                conditions = conditions_of(turn, case)
                results.append(measure(case, name, motion, conditions, mapped, Path(folder)))
                turn += 1
            # as many motions as conditions would give every rig the same conditions motion by motion
            turn += len(clips) % 2 == 0
            print(summary_line(case.name, [result for result in results if result.rig == case.name]), flush=True)
            write_report(out, results, mapped, timings, notes)
    mapped |= {f"random rig {seed}": map_random_rig(seed) for seed in range(2 if quick else 0 if only else RIGS)}
    if not (quick or only):
        timings = measure_times(next(iter(clips.values())))
        notes.append(measure_memory(next(iter(clips.values()))))
        notes.append(measure_looking(list(clips.values())))
    write_report(out, results, mapped, timings, notes)
    print(report(results, mapped, timings, notes))
    return 0 if not any(result.failures() for result in results) else 1


def write_report(
    out: Path | None, results: list[Result], mapped: dict[str, str], timings: dict[str, float], notes: list[str]
) -> None:
    """Write ``out``.md and ``out``.json, if ``out`` is given."""
    if out is None:
        return
    out.with_suffix(".md").write_text(report(results, mapped, timings, notes), encoding="utf-8")
    data = {"results": [asdict(result) for result in results], "mapping": mapped, "seconds": timings, "notes": notes}
    out.with_suffix(".json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def conditions_of(turn: int, case: Case) -> Conditions:
    """The ``turn``-th set of conditions; the cycles' lengths share no factor, so all values meet."""
    return Conditions(
        rest=("A" if turn % 2 else "T") if case.posable else None,
        rolls=turn if (turn // 2) % 2 else None,
        placed=PLACES[turn % 4],
        mode=MODES[turn % 3],
        fps=RATES[(turn // 3) % 3],
    )


def all_cases(rigs: Path | None, quick: bool, notes: list[str]) -> list[Case]:
    """The rigs of the matrix; ``quick``: a handful that is made fast. What is left out is added to ``notes``."""

    def ours(_: measured_rigs.RestPose) -> tuple[bpy.types.Object, dict[str, str]]:

        return character.add_character(current_scene().collection), dict(MMM_CHARACTER.bones)

    named_rig = measured_rigs.build_named_rig

    def named(preset: str) -> Case:
        return Case(preset, lambda rest: named_rig(preset, rest), same_body=True)

    def rigify(kind: str, controls: str | None) -> Case:
        def build(_: measured_rigs.RestPose) -> tuple[bpy.types.Object, dict[str, str]]:
            rig = measured_rigs.build_rigify(kind, controls is not None)  # type: ignore[arg-type]
            return rig, {}

        label = f"Rigify {kind} {controls}" if controls else f"Rigify {kind} metarig"
        return Case(label, build, f"Rigify ({controls} controls)" if controls else None, posable=False)

    def fitted(controls: str) -> Case:
        return Case(
            f"Rigify on our body {controls}",
            lambda _: (measured_rigs.build_fitted_rigify(), {}),
            f"Rigify ({controls} controls)",
            same_body=True,
            posable=False,
        )

    cases = [Case("MMM Character", ours, same_body=True, posable=False)]
    if quick:
        return [*cases, named("Mixamo"), named("Unreal mannequin"), rigify("basic", "FK")]
    cases += [named(preset) for preset in NAMED]
    for kind in ("basic", "human"):
        cases += [rigify(kind, None), rigify(kind, "FK"), rigify(kind, "IK")]
    cases += [fitted("FK"), fitted("IK")]
    cases += [
        Case("Feet on the root", lambda rest: measured_rigs.hang_on_root(named_rig("Mixamo", rest)), same_body=True),
        Case(
            "Half a preset", lambda rest: measured_rigs.rename_half(named_rig("Unreal mannequin", rest)), same_body=True
        ),
    ]
    for path in measured_rigs.rig_files(rigs) if rigs is not None else ():
        bpy.ops.wm.read_homefile(use_empty=True)
        armature = measured_rigs.load_rig(path)
        if armature is None:
            notes.append(f"`{path.name}` holds a mesh and no armature: nothing to put a motion on.")
            continue
        try:
            find_mapping(armature)
        except ValueError as error:
            notes.append(f"`{path.name}` is refused: {error}")
            continue
        right = measured_rigs.read_right_bones(path)
        cases.append(Case(path.stem, partial(_load, path), posable=False, right=right))
    return cases


def _load(path: Path, _: measured_rigs.RestPose) -> tuple[bpy.types.Object, dict[str, str]]:
    rig = measured_rigs.load_rig(path)
    if rig is None:
        raise ValueError(f"{path}: holds no armature")
    return rig, {}


def fresh_rig(case: Case, rest: measured_rigs.RestPose, folder: Path) -> tuple[bpy.types.Object, dict[str, str]]:
    """A case's rig alone in a new scene; what is slow to make is made once and kept in ``folder``."""
    kept = folder / f"{case.name}.blend"
    if kept.exists():
        bpy.ops.wm.open_mainfile(filepath=str(kept))
        return next(item for item in bpy.data.objects if item.type == "ARMATURE"), {}
    bpy.ops.wm.read_homefile(use_empty=True)
    armature, truth = case.build(rest)
    if not truth:
        bpy.ops.wm.save_as_mainfile(filepath=str(kept), copy=True)
    return armature, truth


def measure(
    case: Case, name: str, motion: Motion, conditions: Conditions, mapped: dict[str, str], folder: Path
) -> Result:
    """Apply one motion to one freshly made rig and measure what Blender then shows."""
    armature, truth = fresh_rig(case, conditions.rest or "T", folder)
    scene = current_scene()
    if case.name.startswith("Rigify") and case.preset:
        # a generated rig's rolls and rotation modes are part of it
        conditions = Conditions(placed=conditions.placed, fps=conditions.fps)
    measured_rigs.set_conditions(armature, conditions)
    mapping = find_mapping(armature) if case.preset is None else fit_preset(armature, case.preset)
    mapped.setdefault(case.name, check_automatic(armature, truth or case.right or dict(mapping.bones)))
    before = measured_rigs.fingerprint(armature)
    scene.frame_start = 1
    apply_motion(armature, mapping, motion, scene)
    untouched = measured_rigs.fingerprint(armature) == before
    joints = resample_joints(motion.joints, motion.fps, float(conditions.fps))
    scores = score_rig(armature, mapping, joints, scene)
    found = sampling.sample_rig(armature, mapping, scene, 1.0, float(scene.frame_end))
    count = min(len(found), len(motion.joints))
    error = np.linalg.norm(found[:count, : motion.joints.shape[1]] - motion.joints[:count], axis=-1).mean()
    sampled = round(1000 * float(error), 2)
    shape = ", ".join(unusual_shape(skeleton.read_rest(armature, mapping).heads))
    return Result(case.name, name, conditions.label(), scores, sampled, untouched, case.same_body, shape)


def score_rig(armature: bpy.types.Object, mapping: RigMapping, joints: FloatArray, scene: bpy.types.Scene) -> RigScores:
    """Scores of what ``armature`` plays in ``scene`` against ``joints`` (T, J, 3) at its frame rate."""
    rest = skeleton.read_rest(armature, mapping.for_sampling())
    bones = pose_bones(armature)
    rows = {bone.name: row for row, bone in enumerate(bones)}
    mapped = [rows[bone] for bone in rest.bones]
    buffer = np.empty(len(bones) * 16, np.float32)
    matrices = np.empty((len(joints), len(mapped), 4, 4))
    facing = rest.facing()
    shown = measured_soles.find_feet(armature, rest, mapping.for_sampling())
    standing = measured_soles.rest_heights(armature, shown, facing[:, 1])
    meshes = {side: np.zeros((len(joints), 3)) for side in shown}
    for index in range(len(joints)):
        scene.frame_set(scene.frame_start + index)
        bones.foreach_get("matrix", buffer)
        matrices[index] = buffer.reshape(-1, 4, 4).transpose(0, 2, 1)[mapped]
        for side, heights in meshes.items():
            heights[index, 1] = measured_soles.lowest_height(armature, shown, side, facing[:, 1]) - standing[side]
    scale = retarget.rest_scale(rest, facing, joints, RetargetOptions())
    axes = matrices[..., :3, :3] / np.linalg.norm(matrices[..., :3, :3], axis=-2, keepdims=True)
    turns = {slot: axes[:, row] @ rest.rotations[slot].T for row, slot in enumerate(rest.joints)}
    found = {slot: matrices[:, row, :3, 3] @ facing / scale for row, slot in enumerate(rest.joints)}
    up, still = facing[:, 1], rest.standing(facing)
    soles, axles = {f"{side}_mesh": heights / scale for side, heights in meshes.items()}, {}
    tips = with_soles(armature, rest, mapping.for_sampling()).soles
    for side in slots.SIDES:
        ankle, foot = f"{side}_ankle", f"{side}_foot"
        if side in tips and side not in shown:
            tip = tips[side].points[0] - rest.heads[foot]
            soles[f"{side}_tip"] = found[foot] + rotate(turns[foot], tip) @ facing / scale
            soles[f"{side}_tip"][:, 1] -= tips[side].floor[0] / scale
        ball = feet.ball_of(rest, still, side, scale, up)
        floor = float(ball @ up)
        heel = rest.heads[ankle] - up * (rest.heads[ankle] @ up - floor)
        for label, point in (("ball", ball), ("heel", heel)):
            offset = rotate(turns[ankle], point - rest.heads[ankle]) @ facing / scale
            soles[f"{side}_{label}"] = found[ankle] + offset - [0.0, floor / scale, 0.0]
        for start, middle, end, towards in (("hip", "knee", "ankle", -1.0), ("shoulder", "elbow", "wrist", 1.0)):
            a, b, c = (rest.heads[f"{side}_{joint}"] for joint in (start, middle, end))
            axle = hinges.rest_normal(b - a, c - b, towards * facing[:, 2])
            axles[f"{side}_{middle}"] = rotate(turns[f"{side}_{middle}"], axle) @ facing
    local = continuous(to_quaternions(_local_axes(rest, turns)))
    return rig_measures.score(found, joints, local, axles, soles, scene.render.fps / scene.render.fps_base)


def map_random_rig(seed: int) -> str:
    """``check_automatic`` of a rig nobody has seen."""
    bpy.ops.wm.read_homefile(use_empty=True)
    return check_automatic(*build_random_rig(seed))


def check_automatic(armature: bpy.types.Object, truth: dict[str, str]) -> str:
    """What the automatic mapper alone, without presets, makes of a rig: "all right", or what is wrong.

    Of several bones that carry the whole body any may be the pelvis.
    """
    rig = skeleton.read_skeleton(armature)
    try:
        found = find_automatically(armature, rig)
    except ValueError as error:
        return str(error)
    wrong = [slot for slot in slots.REQUIRED if found.bones.get(slot) != truth.get(slot)]
    if "pelvis" in wrong:
        pelvis = rig.index(found.bones["pelvis"])
        carried = [rig.ancestors(rig.index(truth[slot])) for slot in ("neck", "left_hip", "right_hip")]
        if rig.index(truth["pelvis"]) in rig.ancestors(pelvis) and all(pelvis in above for above in carried):
            wrong.remove("pelvis")
    return "all right" if not wrong else f"wrong: {', '.join(wrong)}"


def measure_times(motion: Motion) -> dict[str, float]:
    """Seconds from mapping to written keyframes for 196 frames, beside Blender's own ways of keying."""
    source = resample_joints(motion.joints, motion.fps, motion.fps)
    rows = np.abs((np.arange(TIMED_FRAMES) + len(source) - 1) % (2 * len(source) - 2) - len(source) + 1)
    long = Motion(source[rows], 24.0, "timing")  # there and back, as often as it takes
    found = {}
    for label, preset, build in (
        ("Mixamo", None, lambda: measured_rigs.build_named_rig("Mixamo")[0]),
        ("Rigify human IK", "Rigify (IK controls)", lambda: measured_rigs.build_rigify("human", True)),
        ("Rigify human FK", None, lambda: measured_rigs.build_rigify("human", True)),
    ):
        bpy.ops.wm.read_homefile(use_empty=True)
        scene = current_scene()
        scene.render.fps = 24
        armature = build()
        label = f"{label}, {len(pose_bones(armature))} bones"
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            mapping = fit_preset(armature, preset) if preset else find_mapping(armature)
            apply_motion(armature, mapping, long, scene, ApplyOptions())
            taken.append(time.perf_counter() - started)
        found[f"{label}: ours, best of five"] = round(min(taken), 3)
        if preset:
            continue  # Blender's own ways are timed on the same rig's other controls
        started = time.perf_counter()
        for frame in range(TIMED_FRAMES):
            for bone in mapping.bones.values():
                pose_bones(armature)[bone].keyframe_insert("rotation_quaternion", frame=frame)
        found[f"{label}: keyframe_insert, rotations only"] = round(time.perf_counter() - started, 3)
        bpy.context.view_layer.objects.active = armature  # type: ignore[union-attr]
        armature.select_set(True)
        started = time.perf_counter()
        bpy.ops.nla.bake(frame_start=1, frame_end=TIMED_FRAMES, only_selected=False, bake_types={"POSE"})
        found[f"{label}: nla.bake"] = round(time.perf_counter() - started, 3)
    return found


def measure_memory(motion: Motion) -> str:
    """By how much the process grows while a motion is applied again and again, each action removed."""
    bpy.ops.wm.read_homefile(use_empty=True)
    armature, _ = measured_rigs.build_named_rig("Mixamo")
    mapping = find_mapping(armature)

    def apply() -> None:
        bpy.data.actions.remove(apply_motion(armature, mapping, motion, current_scene()))

    for _ in range(APPLIES // 5):
        apply()  # what is allocated once
    before = resident_memory()
    for _ in range(APPLIES):
        apply()
    grown = (resident_memory() - before) / 1e6
    return f"Memory after {APPLIES} applies, each action removed again: {grown:+.1f} MB of {before / 1e6:.0f}."


def resident_memory() -> int:
    """Bytes of the process that are in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def summary_line(name: str, results: list[Result]) -> str:
    """One table row: the worst of each measure over a rig's motions."""
    cells = [name]
    for measure_name in LIMITS:
        worst = max(getattr(result.scores, measure_name) for result in results)
        cells.append(f"{worst:.3f}" if measure_name == "path_error" else f"{worst:.2f}".rstrip("0").rstrip("."))
    cells.append(f"{max(result.sampled for result in results):.1f}")
    passed = sum(not result.failures() for result in results)
    cells.append(f"{passed}/{len(results)}")
    return "| " + " | ".join(cells) + " |"


def report(results: list[Result], mapped: dict[str, str], timings: dict[str, float], notes: list[str]) -> str:
    """The whole measurement as Markdown."""
    heads = [
        "rig",
        "limb mean °",
        "limb p99 °",
        "path",
        "skate mm/frame",
        "sunk mm",
        "backwards °",
        "jumps",
        "jitter",
        "sampled back mm",
        "within all limits",
    ]
    command = "`python -m mmm_blender.headless measure-rigs MOTIONS --rigs RIGS --out NAME`"
    made = f"Made by {command} with Blender {bpy.app.version_string}."
    clips = "Motions: " + ", ".join(dict.fromkeys(result.motion for result in results)) + "."
    lines = ["# Retargeting, measured", "", (__doc__ or "").strip(), "", made, clips, ""]
    lines += ["The worst motion of each rig:", ""]
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    limits = " | ".join(f"{limit:g}" for limit in LIMITS.values())
    lines.append(f"| *limit* | {limits} | {SAMPLED:g} on our body | |")
    for rig in dict.fromkeys(result.rig for result in results):
        lines.append(summary_line(rig, [result for result in results if result.rig == rig]))
    missed = [result for result in results if result.failures()]
    passed = len(results) - len(missed)
    those = " Those that are not:" if missed else ""
    lines += ["", f"{passed} of {len(results)} measurements are within all limits.{those}", ""]
    for result in missed:
        values = ", ".join(f"{name} {result.value(name):.2f}" for name in result.failures())
        lines.append(f"- {result.rig}, {result.motion} ({result.conditions}): {values}")
    shapes = {result.rig: result.shape for result in missed if result.shape}
    lines += ["", "What of these rigs is not as in people:", ""] * bool(shapes)
    lines += [f"- {rig}: {shape}" for rig, shape in shapes.items()]
    touched = [result.rig for result in results if not result.untouched]
    changed = ", ".join(touched) or "never"
    lines += ["", f"Rest pose, constraints, drivers, properties or transform changed: {changed}.", *notes, ""]
    lines += ["## The automatic mapper alone", "", "| rig | required bones |", "|---|---|"]
    lines += [f"| {rig} | {verdict} |" for rig, verdict in mapped.items()]
    if timings:
        lines += ["", f"## Time for {TIMED_FRAMES} frames", "", "| what | seconds (wall clock) |", "|---|---|"]
        lines += [f"| {label} | {seconds:g} |" for label, seconds in timings.items()]
    return "\n".join(lines) + "\n"


def _local_axes(rest: skeleton.RigRest, turns: dict[str, FloatArray]) -> FloatArray:
    """(T, B, 3, 3) turn of each bone against the one it follows."""
    found = []
    for slot in rest.joints:
        parent = rest.parents[slot]
        found.append(turns[slot] if parent is None else np.swapaxes(turns[parent], -1, -2) @ turns[slot])
    return np.stack(found, 1)
