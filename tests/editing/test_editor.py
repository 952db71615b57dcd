"""The editor on the bundled model: what is kept, what joins, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.editing.compose import untouched_joints
from engine.editing.editor import MotionEditor
from engine.editing.path import follow_path
from engine.editing.story import TRANSITION_FRAMES, Strip, retell_part, tell_story
from engine.errors import InputError
from engine.evaluation.physics import physics_scores
from engine.generation.settings import SamplingConfig
from engine.motion import rotations
from engine.motion.feet import LEGS, solve_two_bones
from engine.motion.skeleton import skeleton_of
from engine.requests import (
    EditRequest,
    Extend,
    GenerateRequest,
    PathRequest,
    Pin,
    Span,
    Story,
    StoryPart,
    StoryRequest,
)
from engine.requests.records import read_record
from engine.watch import Cancelled, Watch
from tests.skeletons import parents_of

WALK = "a person walks forward"
FAST = SamplingConfig(steps=4, fine_steps=1)


def lengths(joints: np.ndarray) -> np.ndarray:
    return np.linalg.norm(np.asarray(joints, dtype=float)[:, 1:] - joints[:, parents_of(joints)], axis=-1)


def changed_frames(before: np.ndarray, after: np.ndarray) -> list[int]:
    return np.flatnonzero((before != after).any(axis=(1, 2))).tolist()


def steps(joints: np.ndarray) -> np.ndarray:
    return np.linalg.norm(np.diff(joints.astype(float), axis=0), axis=-1).mean(axis=1)


def test_a_span_changes_and_nothing_else(editor, walk):
    edited = editor.regenerate(31, 90, "a person jumps", seed=1)
    assert edited.joints.dtype == np.float32
    assert edited.features.shape == (121, skeleton_of(walk.shape[1]).num_features)
    assert changed_frames(walk, edited.joints) == list(range(31, 90))
    assert np.abs(lengths(edited.joints) - np.median(lengths(walk), axis=0)).max() < 1e-4
    own = steps(edited.joints)
    assert max(own[30], own[89]) < 1.5 * steps(walk).max()
    request = edited.request
    assert (request["kind"], request["start"], request["stop"], request["part"]) == ("regenerate", 31, 90, "body")


def test_no_mask_no_change(editor, walk):
    assert np.array_equal(editor.inpaint(np.zeros((121, 2), dtype=bool), "jumps").joints, walk)


def test_the_same_request_gives_the_same_edit_and_another_seed_another(editor):
    first, again, other = (editor.regenerate(30, 90, WALK, seed=seed).joints for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_arms_change_over_the_same_legs(editor, walk):
    edited = editor.regenerate(0, 121, "a person waves with both hands", part="upper")
    legs = [0, 1, 2, 4, 5, 7, 8, 10, 11]
    assert np.array_equal(edited.joints[:, legs], walk[:, legs])
    assert np.abs(edited.joints[:, [20, 21]] - walk[:, [20, 21]]).max() > 0.1


def test_legs_change_under_the_same_gestures(editor, walk):
    edited = editor.regenerate(20, 100, "a person runs", part="lower")
    assert changed_frames(walk, edited.joints) == list(range(20, 100))


@pytest.mark.parametrize("frames", [2, 3, 5, 197, 260])
def test_any_length_is_edited(editor, walk, frames):
    motion = np.concatenate([walk] * 3)[:frames]
    edited = editor.set_motion(motion).inpaint(np.arange(frames) >= frames // 2, "")
    assert edited.joints.shape == motion.shape
    assert changed_frames(motion, edited.joints) == list(range(frames // 2, frames))
    assert np.isfinite(edited.joints).all()


def test_place_heading_and_size_do_not_matter(editor, walk):
    turn = rotations.about_y(np.array(2.0))
    moved = (1.5 * rotations.rotate(turn, walk.astype(float)) + [4.0, 1.0, -7.0]).astype(np.float32)
    here = editor.regenerate(30, 90, WALK, seed=2).joints
    there = editor.set_motion(moved).regenerate(30, 90, WALK, seed=2).joints
    back = rotations.rotate(rotations.invert(turn), (there - [4.0, 1.0, -7.0]) / 1.5)
    assert np.array_equal(there[:30], moved[:30])
    assert np.abs(back - here).mean() < 0.05


@settings(
    max_examples=24,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    frames=st.integers(2, 70),
    seed=st.integers(0, 2**31 - 1),
    share=st.floats(0.02, 0.98),
    run=st.integers(1, 30),
    prompt=st.sampled_from(["", WALK, "a person jumps"]),
)
def test_random_selections_hold_the_invariants(editor, walk, frames, seed, share, run, prompt):
    # The composing alone is tried with a thousand masks in tests/editing/test_compose.py.
    rng = np.random.default_rng(seed)
    motion = walk[rng.integers(0, len(walk) - frames + 1) :][:frames]
    mask = (rng.random((-(-frames // run), 2)) < share).repeat(run, axis=0)[:frames]
    made = editor.set_motion(motion).inpaint(mask, prompt, seed=seed).joints
    assert made.shape == motion.shape and made.dtype == np.float32
    assert np.isfinite(made).all()
    still = untouched_joints(mask, editor.pipeline.model.tokenizer.body_parts)
    assert np.array_equal(made[still], motion[still])
    assert np.abs(lengths(made) - np.median(lengths(walk), axis=0)).max() < 1e-4


def test_nothing_said_lets_the_model_fill_the_gap(editor, walk):
    filled = editor.regenerate(40, 80)
    assert filled.request["prompt"] == ""
    assert changed_frames(walk, filled.joints) == list(range(40, 80))
    # Between two halves of a walk it walks on.
    travel = np.linalg.norm(np.diff(filled.joints[:, 0][:, [0, 2]], axis=0), axis=-1)
    assert travel[40:80].mean() == pytest.approx(np.delete(travel, np.s_[40:80]).mean(), rel=0.5)


def test_pinned_frames_stay(editor, walk):
    edited = editor.pin([0, 60, 61, 120], "a person dances")
    assert changed_frames(walk, edited.joints) == sorted(set(range(121)) - {0, 60, 61, 120})
    assert steps(edited.joints).max() < 0.2  # metres a frame: a dance's hands, no leap


def test_pins_can_be_kept_to_one_part_of_some_frames(editor, walk):
    edited = editor.edit(EditRequest(Pin((60,), (Span(50, 70, "upper"),)), "a person waves"))
    assert changed_frames(walk, edited.joints) == [*range(50, 60), *range(61, 70)]
    assert np.array_equal(edited.joints[:, :3], walk[:, :3])


def test_named_spans_are_those_of_the_same_name_elsewhere(editor, walk):
    assert changed_frames(walk, editor.in_between(40, 80).joints) == list(range(41, 80))
    assert changed_frames(walk, editor.middle(0.5).joints) == list(range(30, 91))
    assert editor.in_between(40, 80).request["kind"] == "in_between"
    with pytest.raises(InputError, match="no frame between 40 and 41"):
        editor.in_between(40, 41)


@pytest.mark.parametrize(("start", "stop", "length"), [(40, 80, 60), (40, 80, 28), (0, 30, 50), (90, 121, 20)])
def test_retiming_moves_what_is_behind_and_goes_the_same_way(editor, walk, start, stop, length):
    edited = editor.retime(start, stop, length, WALK, seed=1).joints
    assert len(edited) == 121 - (stop - start) + length
    assert np.array_equal(edited[:start], walk[:start]) and np.array_equal(edited[start + length :], walk[stop:])
    assert np.abs(lengths(edited) - np.median(lengths(walk), axis=0)).max() < 1e-4
    # the middle of the span lies where it lay, now at another time; less so where nothing is kept on one side
    middle, then = edited[start + length // 2, 0], walk[(start + stop) // 2, 0]
    assert np.linalg.norm((middle - then)[[0, 2]]) < (0.35 if start > 0 and stop < len(walk) else 0.9)
    own, usual = steps(edited), np.percentile(steps(walk), 95)
    assert own[max(start - 2, 0) : start + length + 2].max() < 2.2 * usual * max(1.0, (stop - start) / length)


def test_retiming_makes_more_anew_with_more_strength(editor, walk):
    little, much = (editor.retime(40, 80, 60, WALK, strength=strength).joints for strength in (0.05, 1.0))
    at = np.linspace(39, 80, 62)[1:-1]
    left = np.floor(at).astype(int)
    share = (at - left)[:, None, None]
    stretched = walk[left] * (1 - share) + walk[left + 1] * share
    off = [np.linalg.norm(joints[40:100] - stretched, axis=-1).mean() for joints in (little, much)]
    travel = float(np.linalg.norm(walk[80, 0] - walk[40, 0]))
    assert off[0] < 0.15 * travel and off[0] < off[1]


def test_extending_keeps_the_middle(editor, walk):
    edited = editor.extend(before=15, after=22, prompt="a person stops")
    assert edited.joints.shape == (158, *walk.shape[1:])
    assert np.array_equal(edited.joints[15:136], walk)
    own = steps(edited.joints)
    assert max(own[13:17].max(), own[134:138].max()) < 1.5 * steps(walk).max()


@pytest.mark.parametrize(
    ("part", "sides"), [("arms", {"left", "right"}), ("left_arm", {"left"}), ("right_arm", {"right"})]
)
def test_arms_alone_leave_the_trunk_and_the_other_arm(editor, walk, part, sides):
    edited = editor.regenerate(20, 100, "a person waves with both hands", part=part, seed=1)
    names = skeleton_of(walk.shape[1]).joint_names
    moved = {names[joint] for joint in np.flatnonzero((edited.joints != walk).any(axis=(0, 2)))}
    arms = {name for name in names if name.split("_")[-1] in ("shoulder", "elbow", "wrist", "hand", "thumb")}
    assert moved == {name for name in arms if name.split("_")[0] in sides}
    assert changed_frames(walk, edited.joints) == list(range(20, 100))
    np.testing.assert_allclose(lengths(edited.joints), lengths(walk), atol=2e-3)
    own = steps(edited.joints)
    assert max(own[18:21].max(), own[98:101].max()) < 1.5 * steps(walk).max()
    varied = editor.vary(0.3, WALK, part=part)
    assert {run["part"] for run in varied.request["mask"]} == {part}


def test_feet_that_stand_on_both_sides_stand_in_between(editor, pipeline):
    stand = pipeline.generate(["a person stands still"], seconds=2.0, seed=1)[0].joints
    wave = stand.copy()
    turn = rotations.about_y(np.array(0.5))
    upper = [joint for joint in range(stand.shape[1]) if joint not in (0, 1, 2, 4, 5, 7, 8, 10, 11)]
    wave[:, upper] = wave[:, :1] + rotations.rotate(turn, wave[:, upper] - wave[:, :1]).astype(np.float32)
    wave += np.array([0.05, -0.06, 0.0], np.float32)
    feet = [7, 8, 10, 11]
    for hip, knee, ankle, _ in LEGS:
        wave[:, knee], _ = solve_two_bones(wave[:, hip], wave[:, knee], wave[:, ankle], stand[-1:, ankle])
    wave[:, feet] = stand[-1, feet]
    joints = np.concatenate((np.repeat(stand[-1:], 10, 0), np.repeat(stand[-1:], 40, 0), np.repeat(wave[-1:], 10, 0)))
    for seed in range(3):
        between = editor.set_motion(joints).in_between(9, 50, seed=seed).joints
        assert np.array_equal(between[:10], joints[:10]) and np.array_equal(between[50:], joints[50:])
        slide = np.linalg.norm((between - between[:1])[:, feet][..., [0, 2]], axis=-1).max()
        assert slide < 0.01 and np.abs(between[:, feet, 1] - between[0, feet, 1]).max() < 0.01
        np.testing.assert_allclose(lengths(between), lengths(joints), atol=5e-3)
    jumped = editor.in_between(9, 50, "a person jumps up and down", seed=1).joints
    assert jumped[10:50, feet, 1].max() > between[0, feet, 1].max() + 0.1, "what was asked for happens"


def test_going_on_takes_as_long_as_the_prompt_and_one_thing_after_the_other(editor, walk):
    prompt = "a person sits down, then waves with the right hand"
    edited = editor.extend(after=None, prompt=prompt, seed=3)
    plan = editor.pipeline.plan_parts(GenerateRequest(prompt))
    assert len(plan) == 2 and len(edited.joints) == len(walk) + 4 * sum(part.tokens for part in plan)
    assert np.array_equal(edited.joints[: len(walk)], walk) and edited.request["after"] is None
    assert read_record(edited.request).change == Extend(after=None)
    seam = len(walk) + 4 * plan[0].tokens
    own = steps(edited.joints)
    assert max(own[len(walk) - 2 : len(walk) + 2].max(), own[seam - 2 : seam + 2].max()) < 1.5 * steps(walk).max()
    with pytest.raises(InputError, match="how long"):
        editor.extend(after=None)


def test_more_strength_changes_more(editor, walk):
    little, much = (len(changed_frames(walk, editor.vary(s, WALK).joints)) for s in (0.1, 0.6))
    assert 0 < little < much
    most = editor.vary(0.1, WALK, order="most").joints
    assert changed_frames(walk, most) != changed_frames(walk, editor.vary(0.1, WALK).joints)


def test_varying_one_part_tells_what_it_chose(editor, walk):
    varied = editor.vary(0.3, WALK, part="upper")
    spans = varied.request["mask"]
    assert {span["part"] for span in spans} == {"upper"}
    told = sorted(frame for span in spans for frame in range(span["start"], span["stop"]))
    assert changed_frames(walk, varied.joints) == told
    assert 0.25 * len(walk) < len(told) < 0.35 * len(walk) + 4
    legs = [0, 1, 2, 4, 5, 7, 8, 10, 11]
    assert np.array_equal(varied.joints[:, legs], walk[:, legs])


@pytest.mark.parametrize("prompt", [WALK, "a person stands still"])
def test_a_loop_meets_its_start(editor, pipeline, prompt):
    motion = pipeline.generate([prompt], seconds=5, seed=2)[0].joints
    looped = editor.set_motion(motion).loop(20, prompt)
    joints = looped.joints.astype(float)
    assert changed_frames(motion, looped.joints) == [*range(10), *range(90, 100)]
    assert looped.request["travel"] == (prompt == WALK)
    pose = joints - joints[:, :1] * ([1, 0, 1] if looped.request["travel"] else [0, 0, 0])
    assert steps(np.stack((pose[-1], pose[0])))[0] < max(2 * np.percentile(steps(pose), 95), 0.01)


def test_a_story_is_one_motion_and_a_part_can_be_told_anew(editor, pipeline):
    story = Story((StoryPart(WALK, 3), StoryPart("a person waves", 2.5), StoryPart("a person jumps", 3)), seed=1)
    motion = tell_story(pipeline, StoryRequest(story, FAST))
    assert [strip["start"] for strip in motion.request["strips"]] == [0, 60, 112]
    assert len(motion) == motion.request["strips"][-1]["stop"] == 168
    assert steps(motion.joints).max() < 0.2
    strips = [Strip(**strip) for strip in motion.request["strips"]]
    told = retell_part(editor.set_motion(motion), strips, 1, "a person kicks")
    assert changed_frames(motion.joints, told.joints) == list(range(60 - TRANSITION_FRAMES, 112 + TRANSITION_FRAMES))
    assert [strip["prompt"] for strip in told.request["strips"]][1] == "a person kicks"


def test_a_path_is_followed(pipeline):
    points = np.array([[2.0, 0.0], [2.0, 2.0], [3.0, 4.0]])
    motion = follow_path(pipeline, PathRequest(points, WALK, seed=1, sampling=FAST))
    assert np.linalg.norm(motion.joints[0, 0, [0, 2]] - points[0]) < 0.15
    assert np.linalg.norm(motion.joints[-1, 0, [0, 2]] - points[-1]) < 0.15


@pytest.mark.parametrize(
    ("points", "prompt", "speed", "complaint"),
    [
        (np.zeros((4, 2)), WALK, None, "0.00 m long"),
        (np.zeros((4, 5)), WALK, None, "two points"),
        ([[0.0, 0.0], [0.0, np.inf]], WALK, None, "finite"),
        ([[0.0, 0.0], [0.0, 3.0]], WALK, 0.0, "speed 0"),
        ([[0.0, 0.0], [0.0, 3.0]], WALK, float("nan"), "speed nan"),
        ([[0.0, 0.0], [0.0, 700.0]], WALK, 10.0, "limit is 60 s"),
        ([[0.0, 0.0], [0.0, 900.0]], WALK, 10.0, "limit is 720 m"),
        ([[0.0, 0.0], [0.0, 3.0]], " ", 1.0, "prompt is empty"),
    ],
)
def test_paths_that_cannot_be_walked_are_told(pipeline, points, prompt, speed, complaint):
    with pytest.raises(InputError, match=complaint):
        follow_path(pipeline, PathRequest(points, prompt, speed, sampling=FAST))


def test_a_path_is_walked_without_sliding(pipeline):
    points = np.array([[0.0, 0.0], [0.0, 4.0]])
    joints = follow_path(pipeline, PathRequest(points, WALK, seed=2)).joints
    # Captured walks of the training data travel 10 mm a frame on the floor (docs/editing.md).
    assert physics_scores([joints], 20.0).skate_mm_per_frame < 10.0


@pytest.mark.parametrize("index", [-1, 2])
def test_a_part_that_is_not_there_cannot_be_told_anew(editor, index):
    with pytest.raises(InputError, match="the story has no part"):
        retell_part(editor, [Strip(WALK, 0, 60), Strip(WALK, 60, 121)], index, "a person kicks")


def test_progress_and_cancel(editor):
    seen: list[tuple[int, int]] = []
    editor.regenerate(30, 60, WALK, watch=Watch(lambda stage, step, of: seen.append((step, of))))
    assert seen[-1][0] == seen[-1][1]
    with pytest.raises(Cancelled):
        editor.regenerate(30, 60, WALK, watch=Watch(is_cancelled=lambda: True))


@pytest.mark.parametrize(
    ("act", "complaint"),
    [
        (lambda e: e.regenerate(30, 31, WALK), "one frame has no motion"),
        (lambda e: e.regenerate(30, 400, WALK), "do not lie within the motion"),
        (lambda e: e.regenerate(50, 40, WALK), "do not lie within"),
        (lambda e: e.regenerate(30, 60, WALK, part="tail"), "unknown body part 'tail'"),
        (lambda e: e.regenerate(30, 60, "x" * 3000), "3,000 characters"),
        (lambda e: e.regenerate(30, 60, WALK, seed=-1), "seed -1"),
        (lambda e: e.inpaint(np.ones((7, 2), dtype=bool)), "shape"),
        (lambda e: e.pin([]), "no frame to keep"),
        (lambda e: e.pin([500]), "frame 500 is outside"),
        (lambda e: e.vary(0.0), "strength 0"),
        (lambda e: e.extend(), "nothing to add"),
        (lambda e: e.loop(400), "across the wrap"),
        (lambda e: e.set_motion(np.zeros((1, 22, 3))), "single frame"),
        (lambda e: e.set_motion(np.zeros((30, 21, 3))), "shape"),
        (lambda e: e.set_motion(np.zeros((30, 22, 3))), "legs have no length"),
        (lambda e: e.set_motion(np.full((30, 22, 3), np.nan)), "not finite"),
        (lambda e: MotionEditor(e.pipeline).regenerate(0, 4), "set_motion first"),
    ],
)
def test_bad_input_is_told(editor, act, complaint):
    with pytest.raises(InputError, match=complaint):
        act(editor)
