"""Targets through the whole engine, with the bundled model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.direction import goals_of
from engine.editing.story import tell_story
from engine.errors import InputError
from engine.motion.contacts import foot_steps
from engine.motion.reaching.clock import Clock
from engine.motion.skeleton import skeleton_of
from engine.pipeline import Pipeline
from engine.requests import GenerateRequest, Story, StoryPart, StoryRequest, Target, read_record

WAVE = "a person waves"
SLEEP = "someone lies on their back and sleeps"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.from_pretrained("mmm-open", device="cpu")


@pytest.fixture(scope="module")
def free(pipeline):
    return pipeline.generate(WAVE, seconds=3, seed=5)[0]


def joint(pipeline, motion, name: str) -> np.ndarray:
    return motion.joints[:, skeleton_of(motion.joints.shape[1]).joint_names.index(name)]


def slide(joints: np.ndarray) -> float:
    """Mean millimetres a frame that ankles and toes on the floor travel."""
    travel, planted = foot_steps(joints.astype(np.float64), 20.0)
    return 1000.0 * float(travel[planted].mean())


def test_a_hand_comes_to_its_place_and_the_same_seed_does_it_again(pipeline, free):
    place = joint(pipeline, free, "left_wrist")[30] + [0.1, 0.1, 0.15]
    targets = [Target("left_hand", place, (30, 31, 32))]
    once, again = (pipeline.generate(WAVE, seconds=3, seed=5, targets=targets)[0] for _ in range(2))
    assert np.linalg.norm(joint(pipeline, once, "left_wrist")[30:33] - place, axis=-1).max() < 0.005
    assert "out of reach" not in once.note and np.array_equal(once.joints, again.joints)
    assert once.request["targets"] == [target.record() for target in targets]


def test_feet_do_not_slide_to_bring_a_hand_nearer(pipeline):
    frames = (10, 30, 50, 60)
    free = pipeline.generate(SLEEP, seconds=4, seed=0)[0]
    own = joint(pipeline, free, "right_wrist")
    targets = [Target("right_hand", own[frame] + [0.1, 0.02, 0.1], frame) for frame in frames]
    directed = pipeline.generate(SLEEP, seconds=4, seed=0, targets=targets)[0]
    without, beside = (slide(it.joints) for it in (free, directed))
    assert beside < without + 0.7, (without, beside)


def test_who_has_no_targets_does_not_notice_who_has(pipeline, free):
    place = joint(pipeline, free, "head")[30] - [0.0, 0.1, 0.0]
    directed = GenerateRequest(WAVE, 3.0, 6, targets=(Target("head", place, 30),))
    both = pipeline.generate_requests([GenerateRequest(WAVE, 3.0, 5), directed])
    assert np.array_equal(both[0].joints, pipeline.generate_requests([GenerateRequest(WAVE, 3.0, 5)] * 2)[0].joints)
    assert np.linalg.norm(joint(pipeline, both[1], "head")[30] - place) < 0.005


def test_what_is_out_of_reach_is_told_in_one_line(pipeline):
    (motion,) = pipeline.generate(WAVE, seconds=3, seed=5, targets=[Target("right_hand", (0.0, 5.0, 0.3), 30)])
    assert "out of reach: right hand at 1.5 s, up to" in motion.note and "\n" not in motion.note
    assert motion.joints[..., 1].max() < 2.8


def test_targets_beyond_the_end_are_refused_by_frame(pipeline):
    with pytest.raises(InputError, match="a target lies at 3 s, but the motion ends at 2.95 s"):
        pipeline.generate(WAVE, seconds=3, seed=5, targets=[Target("head", (0.0, 1.5, 0.0), 60)])
    seen = Target("head", (0.0, 1.5, 0.0), 60, Clock(101.0, 24.0))
    with pytest.raises(InputError, match="a target lies at frame 173, but the motion ends at frame 172"):
        pipeline.generate(WAVE, seconds=3, seed=5, targets=[seen])


def test_a_skeleton_without_a_gaze_says_so():
    look = [Target("gaze", (0.0, 1.5, 3.0), 10)]
    assert goals_of(look, 27, 60) is not None
    with pytest.raises(InputError, match="no gaze"):
        goals_of(look, 22, 60)


def test_the_model_of_22_joints_is_directed_too():
    styles = Pipeline.from_pretrained("mmm-styles-nc", device="cpu")
    place = (0.35, 1.2, 0.25)
    (motion,) = styles.generate(WAVE, seconds=3, seed=5, targets=[Target("left_hand", place, 30)])
    assert np.linalg.norm(joint(styles, motion, "left_wrist")[30] - place) < 0.005


def test_targets_of_a_story_are_on_its_clock_and_on_that_of_its_parts(pipeline):
    parts = (StoryPart("a person walks forward", 2.0), StoryPart(WAVE, 2.0))
    free = tell_story(pipeline, StoryRequest(Story(parts, 5)))
    hand, head = (joint(pipeline, free, name)[frame] for name, frame in (("right_wrist", 65), ("head", 25)))
    hand, head = hand + [0.0, 0.12, 0.05], head - [0.0, 0.06, 0.0]
    waving = replace(parts[1], targets=(Target("right_hand", hand, 25),))
    story = Story((parts[0], waving), 5, (Target("head", head, 25),))
    told = tell_story(pipeline, StoryRequest(story))
    assert np.linalg.norm(joint(pipeline, told, "right_wrist")[65] - hand) < 0.005
    assert np.linalg.norm(joint(pipeline, told, "head")[25] - head) < 0.005
    assert "out of reach" not in told.note and read_record(told.request) == StoryRequest(story)


def test_a_target_behind_its_part_is_told_with_the_part(pipeline):
    late = StoryPart(WAVE, 3.0, (Target("head", (0.0, 1.5, 0.0), 60),))
    with pytest.raises(InputError, match="part 2, 'a person waves', lies at 3 s of it, but the part ends at 2.95 s"):
        tell_story(pipeline, StoryRequest(Story((StoryPart(WAVE, 2.0), late))))


def test_a_part_and_its_story_cannot_want_a_head_in_two_places(pipeline):
    second = StoryPart(WAVE, 3.0, (Target("head", (0.0, 1.5, 0.0), 10),))
    story = Story((StoryPart(WAVE, 2.0), second), 0, (Target("head", (0.0, 1.4, 0.0), 50),))
    with pytest.raises(InputError, match="head in different places at 2.5 s"):
        tell_story(pipeline, StoryRequest(story))
