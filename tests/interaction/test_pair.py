"""Two characters who do something with each other: contacts made, bodies apart, one clock."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cli import main
from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.interaction.bodies import NAMES, contact_point, heading, measure_crossing, trunk_axes
from engine.interaction.contacts import contact_frames
from engine.interaction.pair import CROSSED, MISSED, draw_takes, interact
from engine.interaction.placing import place_pair
from engine.interaction.timing import WARP, warp_to
from engine.motion.contacts import measure_skate
from engine.motion.motion import Motion
from engine.motion.skeleton import mirror_joints, skeleton_of
from engine.motion.uniform import uniform_offsets
from engine.pipeline import Pipeline
from engine.requests import InteractRequest, find_interaction
from engine.requests.proportions import Proportions

QUICK = SamplingConfig(steps=4, fine_steps=1)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.from_pretrained("mmm-open", device="cpu")


@pytest.fixture(scope="module")
def shaken(pipeline):
    request = InteractRequest(find_interaction("shake hands"), 3, (1.0, 0.8), QUICK)
    return request, interact(pipeline, request)


def test_hands_meet_where_and_when_they_should(shaken):
    request, made = shaken
    contact = request.interaction.contacts[0]
    span = contact_frames(contact, len(made.a))
    apart = contact_point(made.a.joints[span], "right_hand", 1.0) - contact_point(
        made.b.joints[span], "right_hand", 0.8
    )
    assert np.linalg.norm(apart, axis=-1).max() < MISSED
    assert max(made.missed) == pytest.approx(np.linalg.norm(apart, axis=-1).max(), abs=1e-4)
    assert not made.a.note


def test_both_face_each_other_on_one_clock(shaken):
    request, made = shaken
    assert len(made.a) == len(made.b) == request.interaction.seconds * 20
    at = round(request.interaction.contacts[0].at * len(made.a))
    a, b = made.a.joints[at], made.b.joints[at]
    between = np.arctan2(b[0, 0] - a[0, 0], b[0, 2] - a[0, 2])
    for joints, yaw in ((a, between), (b, between + np.pi)):
        off = np.degrees(heading(joints[None])[0] - yaw)
        assert abs((off + 180) % 360 - 180) < 45
    # The first one begins over the origin and faces +Z: whoever places it places both.
    assert np.allclose(made.a.joints[0, 0, [0, 2]], 0.0, atol=1e-5)
    assert abs(heading(made.a.joints[:1])[0]) < 1e-4


def test_bodies_keep_their_size_and_stay_out_of_each_other(shaken):
    _, made = shaken
    thigh = [np.linalg.norm(motion.joints[:, 4] - motion.joints[:, 1], axis=-1) for motion in made.motions]
    assert np.ptp(thigh[0]) < 1e-4 and np.ptp(thigh[1]) < 1e-4
    assert thigh[1].mean() / thigh[0].mean() == pytest.approx(0.8, abs=1e-4)
    assert made.crossed < CROSSED


def test_the_same_request_gives_the_same_pair(pipeline, shaken):
    request, made = shaken
    again = interact(pipeline, request)
    assert all(np.array_equal(one.joints, two.joints) for one, two in zip(made.motions, again.motions, strict=True))


BUILT = (Proportions(trunk=1.1, collars=1.2, upper_arms=1.1), Proportions(collars=0.9, forearms=0.9, ankles=0.03))


@pytest.fixture(scope="module")
def hugged(pipeline):
    return interact(pipeline, InteractRequest(find_interaction("hug"), 0, (1.0, 0.9), QUICK, BUILT))


def test_arms_go_round_and_nobody_is_in_anybody(hugged):
    """All capsules count, those that touch too: an arm that went straight to a back would be in its trunk."""
    assert max(hugged.missed) < MISSED
    assert hugged.crossed < CROSSED
    assert max(abs(late) for late in hugged.late) <= 0.1
    assert not hugged.a.note


def test_a_body_of_other_proportions_keeps_them(hugged):
    body, usual = hugged.a.joints, uniform_offsets(skeleton_of(27))
    for joint, factor in ((18, 1.1), (20, 1.0), (16, 1.2), (6, 1.1), (4, 1.0)):
        parent = skeleton_of(27).parents[joint]
        length = np.linalg.norm(body[:, joint] - body[:, parent], axis=-1)
        assert length == pytest.approx(factor * np.linalg.norm(usual[joint]), abs=2e-3), joint


def test_feet_stay_where_they_stand(hugged):
    for motion, size in zip(hugged.motions, (1.0, 0.9), strict=True):
        assert measure_skate(motion.joints / size) < 1.5


def test_who_mirrors_goes_along_to_the_other_ones_side(pipeline):
    """Two who dance in hold step to one side of the room together, as mirror images do."""
    dance = find_interaction("dance in hold")
    assert dance.b.mirrors
    takes = draw_takes(pipeline, InteractRequest(dance, 1, sampling=QUICK))
    request = InteractRequest(dance, 1, (1.0, 1.0), QUICK)
    spans = [contact_frames(contact, len(takes[0][0])) for contact in dance.contacts]
    a, b, _ = place_pair(dance, takes[0][0], mirror_joints(takes[0][0]), spans, request.sizes)
    across = trunk_axes(a)[:, 0].mean(axis=0)
    ways = [joints[:, 0] @ across - (joints[:, 0] @ across).mean() for joints in (a, b)]
    assert np.corrcoef(*ways)[0, 1] > 0.8
    assert all(one is two for one, two in zip(*takes, strict=True))


def test_a_tall_one_bends_to_a_small_one_and_does_not_sink(pipeline):
    made = interact(pipeline, InteractRequest(find_interaction("whisper"), 0, (1.0, 0.65), QUICK))
    assert max(made.missed) < MISSED
    for motion, size in zip(made.motions, (1.0, 0.65), strict=True):
        assert motion.joints[:, [10, 11], 1].min() > -0.02 * size


@pytest.mark.parametrize("place", ["mouth", "left_ear", "right_ear", "face"])
def test_places_on_the_head_turn_with_it(shaken, place):
    joints = shaken[1].a.joints.astype(np.float64)
    point = contact_point(joints, place, 1.0) - joints[:, 15]
    nose = joints[:, 22] - joints[:, 15]
    ahead = (point * nose).sum(-1) / np.linalg.norm(nose, axis=-1)
    assert np.ptp(ahead) < 1e-6 and np.linalg.norm(point, axis=-1).max() < 0.15


@pytest.mark.parametrize("built", [{"head_up": 3.0}, {"trunk": 9.0}, {"ankles": 1.0}, {"forearms": float("nan")}])
def test_bodies_nobody_has_are_refused(built):
    with pytest.raises(InputError):
        Proportions(**built)


def test_bodies_that_stand_in_one_another_are_measured(shaken):
    _, made = shaken
    joints = made.a.joints.astype(np.float64)
    same = measure_crossing(joints, joints, (1.0, 1.0)).depth.max()
    assert same == pytest.approx(0.22, abs=1e-6)  # two trunks, each of 11 cm
    beside = joints + [0.15, 0.0, 0.0]
    shins = NAMES.index("left shin"), NAMES.index("left shin")
    depth = measure_crossing(joints[:1] * 0 + _upright(joints), _upright(joints) + [0.08, 0.0, 0.0], (1.0, 1.0)).depth
    assert depth[0][shins] == pytest.approx(0.02, abs=1e-6)
    assert measure_crossing(joints, beside + [3.0, 0.0, 0.0], (1.0, 1.0)).depth.max() < 0


def _upright(joints: np.ndarray) -> np.ndarray:
    """A body whose left shin stands plumb."""
    pose = joints[:1].copy()
    names = skeleton_of(joints.shape[1]).joint_names
    knee, ankle = names.index("left_knee"), names.index("left_ankle")
    pose[:, knee] = pose[:, ankle] + [0.0, 0.4, 0.0]
    return pose


@pytest.mark.parametrize(("moment", "at"), [(34, 40), (44, 40)])
def test_a_warp_brings_the_moment_and_changes_the_tempo_little(shaken, moment, at):
    joints = shaken[1].a.joints.astype(np.float64)
    warped = warp_to(joints, moment, at)
    assert len(warped) == len(joints)
    wrist = 21
    own = warped[at, wrist] - warped[at, 0]
    assert np.linalg.norm(own - (joints[moment, wrist] - joints[moment, 0])) < 0.05
    assert max(at / moment, moment / at) <= 1 + WARP + 1e-9


def test_the_command_writes_both_and_a_sheet(tmp_path, capsys):
    out = tmp_path / "two.npz"
    code = main(["interact", "high five", "--steps", "2", "--out", str(out), "--out", str(tmp_path / "two.png")])
    assert code == 0 and "contacts within" in capsys.readouterr().out
    a, b = (Motion.load(tmp_path / f"two_{role}.npz") for role in "ab")
    assert len(a) == len(b) == 60 and a.request["role"] == "a" and b.request["role"] == "b"
    assert (tmp_path / "two.png").stat().st_size > 2000


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["shake feet", "--out", "x.npz"], "there is no interaction"),
        (["hug"], "--out"),
        (["hug", "--out", "x.mp3"], "unknown kind"),
        (["hug", "--out", "nowhere/x.npz"], "does not exist"),
        (["hug", "--sizes", "1", "9", "--out", "x.npz"], "times as large"),
    ],
)
def test_bad_input_is_one_line(arguments, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["interact", *arguments]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1
