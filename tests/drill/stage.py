"""The scene that faults are tried on, and what an artist does in it, with the real engine."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

import mmm_blender
from mmm_blender.client.session import Variation, session
from mmm_blender.editing.kinds import KINDS
from mmm_blender.headless.rigs.measured_rigs import build_named_rig
from mmm_blender.motion_file import Motion, read_motion
from mmm_blender.ui import ghost_overlay, heartbeat

MOTIONS = Path(__file__).resolve().parents[1] / "blender" / "motions"
PATIENCE = 200.0  # seconds until a run that does not end counts as hanging
PROMPTS = ("a person walks forward", "a person waves", "a person jumps", "a person sits down", "läuft ohne Eile")

Rng = random.Random


@dataclass(frozen=True)
class Task:
    """Something an artist does: ``prepare`` sets the panels, ``press`` the button. ``engine``: it asks the engine."""

    name: str
    engine: bool
    prepare: Callable[[Rng, Path], None]
    press: Callable[[Rng, Path], None]


def open_studio() -> None:
    """Register the add-on, with this Python as the engine's."""
    mmm_blender.register()
    addon = bpy.context.preferences.addons.new()
    addon.module = mmm_blender.__name__
    reset_preferences()


def reset_preferences() -> None:
    """The engine that works."""
    preferences = bpy.context.preferences.addons[mmm_blender.__name__].preferences
    preferences.source, preferences.existing_python, preferences.weights_folder = "EXISTING", sys.executable, ""
    preferences.device = "cpu"


def build_scene(path: Path) -> None:
    """A file with a character that plays a story, a second one with strips, and what else there may be."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    bpy.ops.mesh.primitive_cube_add(location=(2.0, 0.0, 0.5))
    cube = bpy.context.object
    cube["note"] = "the artist's own"
    cube.keyframe_insert("location", frame=1)
    driver = cube.driver_add("scale", 0).driver
    driver.expression = "1 + frame / 100"
    bpy.data.texts.new("notes").write("keep me")
    scene.timeline_markers.new("mark", frame=12)
    curve = bpy.data.curves.new("Way", "CURVE")
    curve.dimensions = "3D"
    spline = curve.splines.new("POLY")
    spline.points.add(1)
    spline.points[1].co = (0.0, -3.0, 0.0, 1.0)
    scene.collection.objects.link(bpy.data.objects.new("Way", curve))

    rig, _ = build_named_rig("Mixamo", "T")
    rig.location = (-2.0, 1.0, 0.0)
    activate(rig)
    put_motion(read_motion(MOTIONS / "wave.npz"))
    bpy.ops.mmm.apply(target="NLA_STRIP", start_frame=1)

    bpy.ops.mmm.add_character()
    hat = bpy.data.objects.new("Hat", None)
    scene.collection.objects.link(hat)
    hat.parent, hat.parent_type, hat.parent_bone = bpy.data.objects["MMM Character"], "BONE", "head"
    set_story(Rng(0), path)
    bpy.ops.mmm.tell_story()
    wait()
    if not session.results:
        raise RuntimeError(f"the engine does not work here: {session.message}")
    bpy.ops.mmm.apply(start_frame=1)
    scene.frame_set(9)
    session.discard_all()
    bpy.ops.wm.save_as_mainfile(filepath=str(path))


def load_scene(path: Path) -> None:
    """The file as it was built; undo begins there."""
    bpy.ops.wm.open_mainfile(filepath=str(path))
    scene = bpy.context.scene
    scene.mmm_edit.path = bpy.data.objects["Way"]
    scene.mmm.quality, scene.mmm.variations, scene.mmm.duration = "DRAFT", 1, "SECONDS"
    bpy.ops.ed.undo_push(message="opened")


def activate(armature: bpy.types.Object) -> None:
    """Make an object the only one selected, and active."""
    for item in bpy.context.view_layer.objects:
        item.select_set(item == armature)
    bpy.context.view_layer.objects.active = armature


def character() -> bpy.types.Object:
    return bpy.data.objects["MMM Character"]


def put_motion(motion: Motion) -> None:
    """Put a motion into the results, chosen."""
    made = Variation(session._next_id, motion)
    session._next_id += 1
    session.results.insert(0, made)
    session.choose(made.id)


def beat() -> None:
    """What Blender's timer does; the module has none."""
    heartbeat.beat()
    time.sleep(0.01)


def wait(also: Callable[[], None] = lambda: None) -> None:
    """Beat until nothing is awaited. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while session.busy:
        if time.monotonic() > end:
            raise TimeoutError(f"still {session.state.value} after {PATIENCE:.0f} s")
        also()
        beat()


def see_ghost() -> None:
    """Beat until the ghost of the chosen motion is there, or the reason why not."""
    end = time.monotonic() + 20.0
    while ghost_overlay.ghost is None and not ghost_overlay.message and time.monotonic() < end:
        beat()


def press(operator: Any, **settings: Any) -> None:
    """Press a button: as Blender does it, with a step of undo. Raises RuntimeError with what it reports."""
    operator("EXEC_DEFAULT", True, **settings)


def set_prompt(rng: Rng, _out: Path) -> None:
    activate(character())
    settings = bpy.context.scene.mmm
    settings.prompt, settings.seconds, settings.seed = (
        rng.choice(PROMPTS),
        rng.choice((1.0, 2.0, 4.0)),
        rng.randrange(99),
    )
    settings.variations = rng.choice((1, 1, 1, 3))


def set_story(rng: Rng, _out: Path) -> None:
    activate(character())
    story = bpy.context.scene.mmm_story
    story.parts.clear()
    for _ in range(2):
        part = story.parts.add()
        part.prompt, part.duration, part.seconds = rng.choice(PROMPTS[:4]), "SECONDS", 1.5
    bpy.context.scene.mmm.quality = "DRAFT"


def set_edit(rng: Rng, _out: Path) -> None:
    activate(character())
    scene = bpy.context.scene
    scene.mmm_edit.kind = rng.choice([kind.identifier for kind in KINDS.values()])
    scene.mmm_edit.keep_copy = rng.random() < 0.7
    scene.mmm.edit_prompt, scene.mmm.seed, scene.mmm.variations = rng.choice(PROMPTS), rng.randrange(99), 1
    first = rng.randrange(4, 30)
    last, arms = first + rng.randrange(14, 30), rng.random() < 0.3
    for curve in _curves(character()):
        for key in curve.keyframe_points:
            chosen = first <= key.co[0] <= last and (not arms or "arm" in curve.data_path)
            key.select_control_point = chosen


def set_apply(rng: Rng, _out: Path) -> None:
    """A motion in the results, and how it is to land."""
    activate(rng.choice((character(), bpy.data.objects["Mixamo"])))
    settings = bpy.context.scene.mmm
    settings.target = rng.choice(("NEW_ACTION", "ACTIVE_ACTION", "NLA_STRIP"))
    settings.root, settings.start_at = rng.choice(("PELVIS", "OBJECT")), rng.choice(("CHARACTER", "ORIGIN"))
    settings.in_place, settings.fit_range = rng.random() < 0.3, rng.random() < 0.3
    settings.mark_asset, settings.key_every = rng.random() < 0.2, rng.choice((1, 1, 3))
    settings.blend_in = rng.choice((0, 6))
    put_motion(read_motion(MOTIONS / f"{rng.choice(('walk', 'kick', 'turn', 'sit'))}.npz"))


def set_applied_edit(rng: Rng, out: Path) -> None:
    """An edit that the engine has answered."""
    set_edit(rng, out)
    try:
        bpy.ops.mmm.edit(kind=bpy.context.scene.mmm_edit.kind)
    except RuntimeError:
        return  # nothing to edit there
    wait()


def set_export(rng: Rng, out: Path) -> None:
    activate(character())
    games = bpy.context.scene.mmm_games
    games.engine, games.actions = rng.choice(("UNREAL", "UNITY", "GODOT", "OTHER")), rng.choice(("CURRENT", "ALL"))
    games.with_mesh, games.folder = rng.random() < 0.3, str(out)


def _curves(armature: bpy.types.Object) -> list[Any]:
    action = armature.animation_data.action
    return [c for layer in action.layers for s in layer.strips for bag in s.channelbags for c in bag.fcurves]


TASKS = (
    Task("generate", True, set_prompt, lambda _rng, _folder: press(bpy.ops.mmm.generate)),
    Task("edit", True, set_edit, lambda _rng, _: press(bpy.ops.mmm.edit, kind=bpy.context.scene.mmm_edit.kind)),
    Task("story", True, set_story, lambda _rng, _: press(bpy.ops.mmm.tell_story)),
    Task("part of a story", True, set_story, lambda rng, _: press(bpy.ops.mmm.retell_part, index=rng.randrange(2))),
    Task("path", True, set_prompt, lambda _rng, _: press(bpy.ops.mmm.follow_path)),
    Task("apply", False, set_apply, lambda _rng, _: press(bpy.ops.mmm.apply)),
    Task("apply an edit", False, set_applied_edit, lambda _rng, _: press(bpy.ops.mmm.apply)),
    Task(
        "export for a game", False, set_export, lambda _rng, to: press(bpy.ops.mmm.export_for_game, directory=str(to))
    ),
    Task(
        "export training data",
        False,
        set_export,
        lambda _rng, to: press(bpy.ops.mmm.export_training_data, directory=str(to)),
    ),
)
