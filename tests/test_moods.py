"""Moods through the whole engine, with the bundled model."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.acting import tone_of
from engine.editing.editor import MotionEditor
from engine.editing.path import follow_path
from engine.editing.story import tell_story
from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.motion.acting.bearing import FIELDS, Bearing, bear
from engine.motion.skeleton import skeleton_of
from engine.motion.uniform import to_uniform_size
from engine.pipeline import Pipeline
from engine.predicates.body import torso_pitch
from engine.predicates.head import head_pitch
from engine.requests import (
    EditRequest,
    GenerateRequest,
    PathRequest,
    Stop,
    Story,
    StoryPart,
    StoryRequest,
    Target,
    read_record,
)
from engine.requests.kinds import Regenerate
from engine.requests.moods import MAX_INTENSITY, moods, offered

WALK, WAVE = "a person walks forward", "a person waves with the right hand"
FEET = [7, 8, 10, 11]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.from_pretrained("mmm-open", device="cpu")


def pace(joints: np.ndarray) -> float:
    """Metres a second over the floor."""
    return float(np.linalg.norm(np.diff(joints[:, 0][:, [0, 2]], axis=0), axis=-1).mean()) * 20.0


def test_the_table_is_whole():
    assert {"sad", "happy", "angry", "tired", "proud", "timid", "old", "drunk", "sneaky"} <= set(moods())
    for mood in moods().values():
        assert set(mood.bearing) <= set(FIELDS) and 0.5 <= mood.tempo <= 1.5 and mood.words, mood.name
    assert offered("no such model") == ()


@pytest.mark.parametrize("prompt", [WALK, WAVE])
@pytest.mark.parametrize("targets", [(), (Target("left_hand", (0.3, 1.0, 0.2), 30),)])
def test_at_intensity_zero_a_mood_is_none(pipeline, prompt, targets):
    plain, none = (
        pipeline.generate(prompt, 3, 4, SamplingConfig(steps=4), targets=targets, **mood)[0]
        for mood in ({}, {"mood": "old", "intensity": 0.0})
    )
    assert np.array_equal(plain.joints, none.joints) and "mood" not in plain.request
    assert (none.request["mood"], none.request["intensity"]) == ("old", 0.0)


def test_who_has_no_mood_does_not_notice_who_has(pipeline):
    plain = GenerateRequest(WALK, 3.0, 5)
    beside = pipeline.generate_requests([plain, GenerateRequest(WALK, 3.0, 6, mood="tired")])[0]
    assert np.abs(beside.joints - pipeline.generate_requests([plain])[0].joints).max() < 1e-3


@pytest.mark.parametrize(("prompt", "seeds"), [(WALK, range(3)), (WAVE, range(2))])
def test_more_intensity_is_more_of_it(pipeline, prompt, seeds):
    found = []
    for intensity in (0.0, 0.5, 1.0, MAX_INTENSITY):
        requests = [GenerateRequest(prompt, 3.0, seed, mood="old", intensity=intensity) for seed in seeds]
        made = [to_uniform_size(motion.joints) for motion in pipeline.generate_requests(requests)]
        found.append(float(np.mean([torso_pitch(joints).mean() for joints in made])))
    assert all(later > earlier + 2.0 for earlier, later in pairwise(found)), found


def test_words_make_a_walk_sad_and_a_tempo_makes_a_wave_slow(pipeline):
    plain, sad = (pipeline.generate(WALK, 4, 1, mood=mood)[0].joints for mood in (None, "sad"))
    assert pace(sad) < 0.7 * pace(plain)
    assert head_pitch(to_uniform_size(sad)).mean() < head_pitch(to_uniform_size(plain)).mean() - 15.0
    assert len(pipeline.generate(WAVE, seed=1, mood="old")[0].joints) > 1.2 * len(
        pipeline.generate(WAVE, seed=1)[0].joints
    )
    assert len(pipeline.generate(WAVE, 3.3, 1, mood="old")[0].joints) == 66


def test_a_record_gives_the_motion_again_and_a_target_is_met(pipeline):
    target = Target("left_hand", (0.3, 1.1, 0.25), 30)
    motion = pipeline.generate(WAVE, 3, 2, mood="timid", intensity=0.8, targets=[target])[0]
    wrist = skeleton_of(motion.joints.shape[1]).joint_names.index("left_wrist")
    assert np.linalg.norm(motion.joints[30, wrist] - target.position) < 0.005
    again = pipeline.generate_requests([read_record(motion.request)])[0]
    assert np.array_equal(again.joints, motion.joints)


def test_the_moods_of_a_story_go_over_into_each_other(pipeline):
    parts = (
        StoryPart("a person stands still", 3.0, mood="proud"),
        StoryPart(WAVE, 3.0, mood="old"),
        StoryPart("a person stands still", 3.0),
    )
    motion = tell_story(pipeline, StoryRequest(Story(parts, 3)))
    assert len(motion.joints) == 180
    pitch = torso_pitch(to_uniform_size(motion.joints))
    proud, old, plain = (pitch[start : start + 30].mean() for start in (15, 75, 135))
    assert proud < plain - 4.0 and old > plain + 12.0
    assert np.abs(np.diff(pitch)).max() < 5.0  # degrees a frame
    assert read_record(motion.request) == StoryRequest(Story(parts, 3))
    plain_parts = tuple(replace(part, mood="old", intensity=0.0) for part in parts)
    told, untold = (
        tell_story(pipeline, StoryRequest(Story(each, 3))).joints
        for each in (plain_parts, tuple(replace(part, mood=None) for part in parts))
    )
    assert np.array_equal(told, untold)


def test_who_stops_does_so_in_a_mood(pipeline):
    part = StoryPart(WALK, stop=Stop((0.0, 2.5), 4.0), mood="old")
    bent, straight = (
        tell_story(pipeline, StoryRequest(Story((each,), 1))).joints for each in (part, replace(part, mood=None))
    )
    assert torso_pitch(to_uniform_size(bent)).mean() > torso_pitch(to_uniform_size(straight)).mean() + 15.0
    way = PathRequest([(0.0, 0.0), (0.0, 3.0)], WALK, seed=1)
    slow, usual = (follow_path(pipeline, each) for each in (replace(way, mood="sad"), way))
    assert len(slow.joints) > 1.3 * len(usual.joints)


def test_an_edit_in_a_mood_keeps_what_is_kept(pipeline):
    given = pipeline.generate("a person stands still", 4, 2)[0].joints + np.float32(0.37)
    editor = MotionEditor(pipeline).set_motion(given)
    change = Regenerate.of(20, 60)
    made = editor.edit(EditRequest(change, "a person stands still", mood="old")).joints
    plain = editor.edit(EditRequest(change, "a person stands still")).joints
    kept = np.r_[0:20, 60:80]
    assert np.array_equal(made[kept], given[kept])
    pitch, usual = (torso_pitch(to_uniform_size(joints - np.float32(0.37))) for joints in (made, plain))
    assert pitch[35:45].mean() > usual[35:45].mean() + 15.0 and np.abs(np.diff(pitch)).max() < 6.0
    none = editor.edit(EditRequest(change, "a person stands still", mood="old", intensity=0.0)).joints
    assert np.array_equal(none, plain)


def test_a_bearing_keeps_bones_and_feet_and_leaves_who_lies(pipeline):
    rng = np.random.default_rng(3)
    joints = pipeline.generate(WAVE, 3, 1)[0].joints
    parents = list(skeleton_of(joints.shape[1]).parents[1:])

    def lengths(of: np.ndarray) -> np.ndarray:
        return np.linalg.norm(of[:, 1:] - of[:, parents], axis=-1)

    for mood in moods().values():
        course = np.tile(Bearing(**mood.bearing).scaled(1.5), (len(joints), 1))
        borne = bear(joints, course * np.linspace(0.0, 1.0, len(joints))[:, None])
        assert np.abs(lengths(borne) - lengths(joints)).max() < 1e-5, mood.name
        assert np.abs(borne[:, FEET] - joints[:, FEET]).max() < 0.003, mood.name
        assert np.array_equal(bear(joints, 0.0 * course), joints)
        turn = rng.uniform(0.0, 2 * np.pi)
        around = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
        turned = bear((joints @ around.T).astype(np.float32), course)
        assert np.abs(turned - bear(joints, course) @ around.T).max() < 1e-3, mood.name
    flat = np.stack((joints[..., 0], joints[..., 2] + 0.3, joints[..., 1]), axis=-1)  # on the back
    course = np.tile(Bearing(bend=30.0, head=-30.0, crouch=0.1).scaled(1.0), (len(joints), 1))
    assert np.abs(bear(flat, course) - flat).max() < 1e-3


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"mood": "merry"}, r"there is no mood 'merry': choose one of sad, happy, .*, or none"),
        ({"mood": "sad", "intensity": 1.6}, "intensity 1.6 is out of range: choose 0 .* to 1.5"),
        ({"mood": "sad", "intensity": float("nan")}, "intensity nan is out of range"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(asked, told):
    for make in (
        lambda: GenerateRequest(WALK, **asked),
        lambda: StoryPart(WALK, **asked),
        lambda: EditRequest(Regenerate.of(1, 9), **asked),
        lambda: PathRequest([(0, 0), (0, 1)], WALK, **asked),
    ):
        with pytest.raises(InputError, match=told) as refused:
            make()
        assert "\n" not in str(refused.value)


def test_a_model_that_has_no_moods_says_so():
    with pytest.raises(InputError, match="the model another has no mood 'sad': leave the mood out, or choose mmm-open"):
        tone_of("sad", 1.0, "another", WALK)
