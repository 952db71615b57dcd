"""Bending a motion along a curve, and reading story scripts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.commands.story_script import read_story
from engine.editing.bending import bend_along, make_course, mean_distance
from engine.errors import InputError
from engine.motion.feet import LEGS
from engine.requests import Stop, StoryPart, Target
from tests.skeletons import parents_of


def march(frames: int = 120, speed: float = 0.05) -> np.ndarray:
    """A stick figure that goes straight on; each foot stands still for half a stride of 20 frames."""
    golden = np.load(Path(__file__).parents[1] / "golden" / "humanml3d_new_joints_012314.npy").astype(np.float64)
    pose = golden[0] - golden[0, 0] * [1, 0, 1]
    pose[:, 1] -= pose[:, 1].min() - 0.015
    joints = np.repeat(pose[None], frames, axis=0)
    time = np.arange(frames)
    joints[..., 2] += speed * time[:, None]
    for leg, lag in zip(LEGS, (0, 10), strict=True):
        phase = (time + lag) % 20
        swing = np.clip((phase - 10) / 10, 0, 1)
        placed = 20 * speed * ((time + lag) // 20 + swing) - lag * speed
        joints[:, list(leg[2:]), 2] = pose[list(leg[2:]), 2] + placed[:, None]
        joints[:, list(leg[2:]), 1] += 0.1 * np.sin(np.pi * swing)[:, None]
    return joints


SHARE = np.linspace(0.0, 1.0, 300)
CURVES = {
    "straight": np.stack((6 * SHARE + 3, 0 * SHARE - 2), axis=-1),
    "bend": np.stack((1.5 * np.sin(5 * SHARE), 5 * SHARE), axis=-1),
    "circle": 0.95 * np.stack((1 - np.cos(2 * np.pi * SHARE), np.sin(2 * np.pi * SHARE)), axis=-1),
}


@pytest.mark.parametrize("name", CURVES)
def test_the_root_follows_and_planted_feet_stay(name):
    joints, points = march(), CURVES[name]
    bent = bend_along(joints, points)
    assert np.isfinite(bent).all()
    assert mean_distance(bent, points) < 0.05
    assert np.linalg.norm(bent[0, 0, [0, 2]] - points[0]) < 0.1
    assert np.linalg.norm(bent[-1, 0, [0, 2]] - points[-1]) < 0.1
    lengths = [np.linalg.norm(j[:, [c]] - j[:, [p]], axis=-1) for j in (joints, bent) for c, p in [(7, 4), (20, 18)]]
    assert np.allclose(lengths[1], lengths[3], atol=1e-6)
    for _, _, ankle, toe in LEGS:
        still = np.linalg.norm(np.diff(joints[:, toe], axis=0), axis=-1) < 1e-9
        slide = np.linalg.norm(np.diff(bent[:, ankle], axis=0)[:, [0, 2]], axis=-1)[still]
        assert slide.mean() < 0.004


def test_bones_keep_their_lengths():
    joints = march()
    bent = bend_along(joints, CURVES["bend"])
    before, after = (np.linalg.norm(j[:, 1:] - j[:, parents_of(j)], axis=-1) for j in (joints, bent))
    legs = [0, 1, 3, 4, 6, 7]
    others = [bone for bone in range(21) if bone not in legs]
    assert np.allclose(before[:, others], after[:, others], atol=1e-6)


@pytest.mark.parametrize(
    ("points", "complaint"),
    [
        (np.zeros((5, 2)), "0.00 m long"),
        (np.zeros((1, 2)), "at least two points"),
        (np.array([[0.0, 0.0], [np.nan, 1.0]]), "finite"),
        (np.array([[0.0, 0.0], [0.0, 40.0]]), "path is 40.0 m long"),
    ],
)
def test_bad_curves_are_told(points, complaint):
    with pytest.raises(InputError, match=complaint):
        bend_along(march(), points)


def test_a_motion_in_place_cannot_be_led_anywhere():
    with pytest.raises(InputError, match="long"):
        bend_along(march(speed=0.0001), CURVES["straight"])


def test_points_project_onto_the_course_where_they_came_from():
    course = make_course(CURVES["bend"])
    arc = np.linspace(0.2, course.length - 0.2, 40)
    place, tangent = course.at(arc)
    sideways = np.stack((tangent[:, 1], -tangent[:, 0]), axis=-1) * 0.1
    found, aside = course.project(place + sideways, arc + 0.2)
    assert np.allclose(found, arc, atol=0.02)
    assert np.allclose(aside, 0.1, atol=0.01)


def write(folder: Path, text: str) -> Path:
    path = folder / "script.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_scripts_are_read(tmp_path):
    story = read_story(write(tmp_path, "seed: 3\nstory:\n  - prompt: walks\n    seconds: 5\n  - sits down\n"))
    assert story.seed == 3
    assert story.parts == (StoryPart("walks", 5.0), StoryPart("sits down"))
    assert read_story(write(tmp_path, '["walks", {"prompt": "sits", "seconds": 2.5}]')).parts[1].seconds == 2.5
    targets = "[{prompt: sits, seconds: 2, targets: ['pelvis@1s-1.1s=0.2,0.5,1.4', 'head@3=0,1,0']}]"
    pelvis, head = Target("pelvis", (0.2, 0.5, 1.4), (20, 21, 22)), Target("head", (0, 1, 0), 3)
    assert read_story(write(tmp_path, targets)).parts[0].targets == (pelvis, head)
    stops = read_story(write(tmp_path, "[{prompt: walks, stop: '4.0s=1.0,3.0,90'}, sits]")).parts
    assert stops[0] == StoryPart("walks", stop=Stop((1.0, 3.0), 4.0, 90.0)) and stops[1].stop is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("story: [", "neither YAML nor JSON"),
        ("walks", "a list 'story'"),
        ("story: []", "empty"),
        ("story: [{seconds: 3}]", "part 1 needs a 'prompt'"),
        ("story: [{prompt: walks, second: 3}]", "unknown entry 'second'"),
        ("story: [{prompt: walks, seconds: long}]", "no number of seconds"),
        ("story: [{prompt: walks, seconds: 0}]", "cannot last 0 s"),
        ("story: [{prompt: walks, seconds: .nan}]", "no finite number"),
        ("story: [walks, ' ']", "no prompt"),
        ("story: [{prompt: walks, targets: head}]", "targets 'head' is no list"),
        ("story: [{prompt: walks, targets: [head@x]}]", "write PART@TIME=X,Y,Z"),
        ("story: [{prompt: walks, stop: 4}]", "part 1: stop 4 is none: write it as 4.0s=1.0,3.0,90"),
        ("story: [{prompt: walks, stop: 4s=there}]", "write TIME=X,Z"),
        ("story: [{prompt: walks, seconds: 3, stop: '4s=1,2'}]", "say the same twice"),
        ("story: [walks]\nsed: 4", "unknown entry 'sed'"),
        ("story: [walks]\nseed: x", "no whole number"),
    ],
)
def test_bad_scripts_are_told_with_their_path(text, complaint, tmp_path):
    with pytest.raises(InputError, match=complaint) as told:
        read_story(write(tmp_path, text))
    assert "script.yaml" in str(told.value)
    assert "\n" not in str(told.value)
