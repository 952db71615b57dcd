"""The second hour in a Blender with a window: takes compared, a walk that goes on into a sit, and fixes by hand.

``python tests/window/run.py --zip ... --visit animator.py --images docs/images`` makes the guide's pictures anew.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy
import numpy as np

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    answer,
    begin,
    close_panels,
    keys_of,
    look_from_the_front,
    module,
    note,
    open_panels,
    split_timeline,
    tracks,
    undo_once,
    until,
    visit,
)

WALK, SIT = "a person walks forward", "a person sits down"
BODY = ("pelvis", "head", "hand.L", "hand.R", "foot.L", "foot.R")
GO_ON = 60  # frame on which the walk goes on into the sit
PREVIEW = (20, 44)
FIX_FROM = 80  # the first frame for two keys that are posed by hand
MOST_OF_STEP = 0.45  # of what a fix moves by, at most so much from one frame to the next


def steps(hands: Hands) -> Any:
    yield from begin(hands)
    close_panels("main", "MMM_PT_history", "MMM_PT_advanced", "MMM_PT_apply_options", "MMM_PT_ghost")
    close_panels("apply", "MMM_PT_apply_body", "MMM_PT_apply_keys")
    yield from split_timeline(hands)
    yield from compare(hands)
    yield from go_on(hands)
    yield from edit_preview_range(hands)
    yield from fix_by_hand(hands)
    yield from retime(hands)


def compare(hands: Hands) -> Any:
    """Three takes side by side; the second one is applied."""
    yield from hands.push("mmm.add_character")
    yield from until(lambda: bpy.data.armatures, "a character", 60)
    look_from_the_front(hands, (0.35, -1.2, 0.8), 7.0)
    yield 1.0
    bpy.context.scene.mmm.seed = 1
    yield from ask(hands, WALK)
    session, overlay = module("client.session").session, module("ui.ghost_overlay")
    takes = list(session.results)
    assert len(takes) == 3, f"{len(takes)} takes"
    for take in takes[1:]:  # Shift-click: a button does not get the modifiers of simulated events
        yield from hands.find(f"mmm.select_result(result={take.id}")
        bpy.ops.mmm.select_result(result=take.id, extend=True)
    yield from until(lambda: len(overlay.others) == 2 or overlay.message, "three ghosts", 30)
    assert [each.id for each in session.shown] == [each.id for each in takes] and not overlay.message
    assert not bpy.data.actions, "ghosts must not touch the scene"
    yield from hands.go_to(40)
    yield 0.5
    assert overlay.start_frame == 1, "the ghosts' start moved with the playhead"
    assert overlay.frame == 39, f"the playhead on 40 shows frame {overlay.frame} of the ghost"
    yield from hands.picture("compare")
    yield from hands.push_anywhere(f"mmm.select_result(result={takes[1].id}")
    yield from until(lambda: session.chosen_id == takes[1].id and overlay.ghost is not None, "the second take", 20)
    yield from hands.push_anywhere("mmm.apply(")
    yield from until(lambda: bpy.data.actions, "keyframes", 20)
    assert [each.used for each in takes] == [False, True, False]
    rig, asked = bpy.context.object, takes[1].motion
    frames = range(1, 1 + int(asked.seconds * 24))
    pelvis = tracks(rig, frames, ("pelvis",))[:, 0]
    went, meant = (float(np.linalg.norm((it[-1] - it[0])[:2])) for it in (pelvis, asked.joints[:, 0][:, [0, 2]]))
    assert abs(went - meant) < 0.1 * meant, f"the rig went {went:.2f} m, the second take goes {meant:.2f} m"
    note(f"compare: the second of three takes is on the rig, {went:.2f} m of {meant:.2f} m")


def go_on(hands: Hands) -> Any:
    """From the middle of the walk into a sit, on the same action, without a pop."""
    rig = bpy.context.object
    module("client.session").session.discard_all()
    bpy.context.scene.frame_end = 200
    action, before = rig.animation_data.action, keys_of(rig)
    yield from hands.go_to(GO_ON)
    bpy.context.scene.mmm.variations = 1
    yield from ask(hands, SIT)
    overlay = module("ui.ghost_overlay")
    yield from until(lambda: overlay.ghost is not None or overlay.message, "a ghost", 30)
    assert not overlay.message, overlay.message
    yield from hands.go_to(GO_ON + 30)
    place = tracks(rig, (GO_ON,), ("pelvis",))[0, 0]
    look_from_the_front(hands, (place[0] + 0.5, place[1], 0.8), 5.0)
    yield 0.5
    yield from hands.picture("go-on")
    yield from hands.push_anywhere("mmm.apply(")
    yield from until(lambda: len(bpy.data.actions) == 2, "the sit", 20)
    assert rig.animation_data.action == action, "the sit is not on the walk's action"
    fit_timeline(hands)
    after = keys_of(rig)
    for path, keys in before.items():
        kept = [key for key in keys if key[0] <= GO_ON]
        assert after[path][: len(kept)] == kept, f"{path} changed before frame {GO_ON}"
    last = int(action.frame_range[1])
    places = tracks(rig, range(1, last + 1), BODY)
    pop = worst_step(places, GO_ON - 1)
    note("go on: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in pop.items()) + " of the 95th percentile")
    # Machines make different motions of a seed, and the scene has another rate than the engine.
    assert max(pop.values()) <= 1.25, f"a pop at frame {GO_ON}: {pop}"
    hips = places[:, 0, 2]
    assert hips[-1] < hips[GO_ON - 1] - 0.2, f"hips from {hips[GO_ON - 1]:.2f} to {hips[-1]:.2f} m: nobody sits"
    yield from undo_once(hands)
    assert keys_of(bpy.context.object) == before, "one undo did not take the sit back"
    yield from undo_once(hands, again=True)
    assert keys_of(bpy.context.object) == after, "redo did not bring the sit back"


def edit_preview_range(hands: Hands) -> Any:
    """In Object Mode, with no key selected: the preview range says which frames change."""
    rig = bpy.context.object
    module("client.session").session.discard_all()
    close_panels("main", "MMM_PT_generate")
    open_panels("edit", "MMM_PT_edit")
    assert rig.mode == "OBJECT"
    x, y = hands.frame_at(PREVIEW[0])
    hands.move(x, y - 60)
    yield 0.2
    hands.press("P")
    yield 0.3
    yield from hands.drag((x, y - 60), (hands.frame_at(PREVIEW[1])[0], y - 100))
    scene = bpy.context.scene
    span = (scene.frame_preview_start, scene.frame_preview_end)
    assert scene.use_preview_range and max(abs(a - b) for a, b in zip(span, PREVIEW, strict=True)) <= 1, span
    yield from hands.push_anywhere("mmm.edit_prompt")
    yield from hands.type("a person waves with the right hand")
    hands.press("RET")
    yield 0.5
    view = module("ui.edit_view").look(bpy.context)
    assert view.source == "Preview range", f"{view.source}: {view.text}"
    assert (view.aim.first, view.aim.last) == span
    yield from hands.picture("edit-preview-range")
    before = keys_of(rig)
    yield from hands.push_anywhere("mmm.edit(")
    yield from answer()
    yield from hands.push_anywhere("mmm.apply(")
    yield from until(lambda: len(bpy.data.actions) == 3, "the edited keys", 20)
    edited = keys_of(rig)
    assert edited != before and edited.keys() == before.keys()
    for path, keys in edited.items():
        outside = [[key for key in side[path] if not span[0] < key[0] < span[1]] for side in (edited, before)]
        assert outside[0] == outside[1], f"{path} changed outside of the preview range"
        assert len(keys) == len(before[path])
    selected = sum(key.select_control_point for curve in curves(rig) for key in curve.keyframe_points)
    assert not selected, f"{selected} keys are left selected"
    yield from undo_once(hands)
    assert keys_of(bpy.context.object) == before, "one undo did not take the edit back"
    bpy.context.scene.use_preview_range = False
    note(f"edit by preview range in Object Mode: frames {span[0]} to {span[1]}, the others to the bit")


def fix_by_hand(hands: Hands) -> Any:
    """Keys thinned, two of them moved: a curve and not a spike."""
    rig = bpy.context.object
    module("client.session").session.discard_all()
    close_panels("edit", "MMM_PT_edit")
    open_panels("by_hand", "MMM_PT_by_hand")
    yield 0.5
    last = int(rig.animation_data.action.frame_range[1])
    before = tracks(rig, range(1, last + 1), BODY)
    yield from hands.push_anywhere("mmm.thin_keys")
    yield 1.0
    thinned = tracks(rig, range(1, last + 1), BODY)
    off = float(np.linalg.norm(thinned - before, axis=-1).max())
    kept = max(len(curve.keyframe_points) for curve in curves(rig))
    note(f"thin: {last} keys became {kept}, at most {100 * off:.1f} cm off")
    assert kept < last / 2 and off < 0.05
    keyed = sorted({round(key.co[0]) for curve in curves(rig) for key in curve.keyframe_points})
    # Two neighbours with the most room about them: where keys stand close, two of them make a spike of any fix.
    rooms = {i: min(np.diff(keyed[i - 1 : i + 3])) for i in range(1, len(keyed) - 2) if keyed[i] >= FIX_FROM}
    best = max(rooms, key=lambda i: (rooms[i], -i))
    fix, room = (keyed[best], keyed[best + 1]), int(rooms[best])
    with hands.context():
        bpy.ops.object.mode_set(mode="POSE")
        bpy.ops.pose.select_all(action="DESELECT")
    bone = "upper_arm.R"
    bpy.context.object.data.bones.active = bpy.context.object.data.bones[bone]
    select_bone(bone)
    place = thinned[fix[0] - 1, 0]
    look_from_the_front(hands, (place[0] + 0.4, place[1], 0.8), 4.5)
    view = hands.region("WINDOW")
    for frame in fix:
        yield from hands.go_to(frame)
        hands.move(view.x + view.width // 3, view.y + view.height // 2)
        yield 0.3
        hands.press("R")
        hands.press("Y")
        yield from hands.type("25")
        hands.press("RET")
        yield 0.3
        hands.press("I")
        yield 0.5
    fixed = tracks(bpy.context.object, range(1, last + 1), BODY)
    moved = np.linalg.norm(fixed - thinned, axis=-1)[:, BODY.index("hand.R")]
    step, count = float(np.abs(np.diff(moved)).max() / moved.max()), int((moved > 0.01).sum())
    note(
        f"two-key fix on {fix[0]} and {fix[1]}: the hand is up to {100 * moved.max():.0f} cm away, on {count} frames; "
        f"at most {100 * step:.0f} % of that from one frame to the next"
    )
    yield from hands.picture("two-key-fix")
    assert min(moved[frame - 1] for frame in fix) > 0.05, "the keys did not move the hand"
    assert step < max(MOST_OF_STEP, 2.0 / room) and moved[: keyed[keyed.index(fix[0]) - 1]].max() < 0.01, (
        "a spike, or too far"
    )


def retime(hands: Hands) -> Any:
    """24 to 60 frames a second: the motion takes as long as before."""
    rig, scene = bpy.context.object, bpy.context.scene
    with hands.context():
        bpy.ops.object.mode_set(mode="OBJECT")
    last = int(rig.animation_data.action.frame_range[1])
    before = tracks(rig, range(1, last + 1), BODY)
    scene.render.fps = 60
    yield 1.0
    yield from hands.picture("retime")
    yield from hands.push_anywhere("mmm.retime_action")
    yield 1.0
    now = int(np.ceil(rig.animation_data.action.frame_range[1]))
    times = (np.arange(1, last + 1) - 1) / 24
    start = rig.animation_data.action.frame_range[0]
    after = tracks(rig, [start + time * 60 for time in times], BODY)
    off = float(np.linalg.norm(after - before, axis=-1).max())
    note(f"retime: {last} frames at 24 became {now} at 60; at the same times at most {1000 * off:.1f} mm off")
    assert abs((now - start) / 60 - (last - 1) / 24) < 1 / 60
    # keys of thinned curves go to the nearest whole frame, up to half a frame away
    fastest = float(np.linalg.norm(np.diff(before, axis=0), axis=-1).max()) * 24
    assert off < fastest * 0.5 / 60 + 0.002, f"poses moved by {1000 * off:.0f} mm"


def ask(hands: Hands, prompt: str) -> Any:
    """Type a prompt over the one that is there, generate, wait."""
    yield from hands.push_anywhere("mmm.prompt")
    hands.press("A", ctrl=True)
    yield from hands.type(prompt)
    hands.press("RET")
    yield 0.3
    assert bpy.context.scene.mmm.prompt == prompt, f"the prompt reads {bpy.context.scene.mmm.prompt!r}"
    yield from hands.push_anywhere("mmm.generate")
    yield from answer()


def worst_step(places: np.ndarray, row: int) -> dict[str, float]:
    """Steps of position and velocity into and out of a row (T, bones, 3), as a share of their own 95th percentile.

    A frame's step is that of the bone that moves the most.
    """
    found = {}
    for name, order in (("position", 1), ("velocity", 2)):
        sizes = np.linalg.norm(np.diff(places, n=order, axis=0), axis=-1).max(axis=1)
        found[name] = float(sizes[row - order : row + 1].max() / np.percentile(sizes, 95))
    return found


def curves(rig: Any) -> Any:
    return module("animation.played").played_curves(rig)


def select_bone(name: str) -> None:
    """Select a bone in Pose Mode; the flag lies on the pose's bone from 5.0 on."""
    bone = bpy.context.object.pose.bones[name]
    (bone if hasattr(bone, "select") else bone.bone).select = True


def fit_timeline(hands: Hands) -> None:
    bpy.context.scene.frame_end = round(bpy.context.object.animation_data.action.frame_range[1])
    with hands.context(editor="DOPESHEET_EDITOR"):
        bpy.ops.action.view_all()


visit(steps)
