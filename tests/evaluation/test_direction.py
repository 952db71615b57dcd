"""Random targets are where a body can come, and their table says what was found."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InputError
from engine.evaluation.direction.measure import (
    DENSITIES,
    OFF,
    Measured,
    choose_prompts,
    draw_targets,
    summarise,
)
from engine.evaluation.direction.report import direction_markdown
from engine.evaluation.direction.store import load_measured, save_measured
from engine.evaluation.prompts.judge import Take
from engine.evaluation.prompts.prompt_list import load_prompts
from engine.motion.reaching.goals import PART_JOINTS
from engine.motion.skeleton import HUMANML3D


def standing() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(1, 22, 3)).repeat(80, axis=0) * 0.1 + [0.0, 1.0, 0.0]


@pytest.mark.parametrize("density", DENSITIES)
def test_targets_lie_as_far_off_as_they_may(density):
    joints = standing()
    targets = draw_targets(("left_hand", "head"), density, joints, np.random.default_rng(2))
    assert len(targets) == 2 * max(1, round(density * 80))
    for target in targets:
        joint = HUMANML3D.joint_names.index(PART_JOINTS[target.part])
        off = np.asarray(target.position) - joints[target.times[0], joint]
        assert np.linalg.norm(off) <= OFF[target.part] + 1e-9
        assert target.part != "head" or off[1] <= 0


def test_any_count_of_prompts_is_spread_and_begins_with_a_smaller_one():
    prompts = [prompt for prompt in load_prompts() if not prompt.held_out]
    for count in (5, 20, len(prompts)):
        places = [place for place, _ in choose_prompts(prompts, count)]
        assert len(set(places)) == count and places[:5] == [place for place, _ in choose_prompts(prompts, 5)]
        gaps = np.diff(np.sort([*places, len(prompts) + min(places)]))
        assert gaps.max() <= 3 * len(prompts) / count


def test_what_was_measured_is_kept_and_taken_up_for_the_same_weights_alone(tmp_path):
    path = tmp_path / "figures.json"
    unseen = Take(0, 4.0, ("waves",), 0.0, float("nan"), 40.0, 0.0)
    measured = {("waves", "foot", 0.25): Measured(np.array([0.01, 0.2]), np.zeros(2), unseen, unseen, 2.0, 1.0)}
    assert load_measured(path, "abc", 1) == {}
    save_measured(path, "abc", 1, measured)
    (key, found), *more = load_measured(path, "abc", 1).items()
    assert key == ("waves", "foot", 0.25) and not more and np.array_equal(found.near, [0.01, 0.2])
    assert found.free.failed == ("waves",) and np.isnan(found.free.skate_mm_per_frame) and found.seconds == 2.0
    for other in (("abd", 1), ("abc", 2)):
        with pytest.raises(InputError, match="other weights or another seed"):
            load_measured(path, *other)
    path.write_text("[]")
    with pytest.raises(InputError, match="no figures of this command"):
        load_measured(path, "abc", 1)


def test_a_row_holds_errors_ratios_and_what_is_still_followed():
    def take(failed: tuple[str, ...], skate: float, jerk: float) -> Take:
        return Take(0, 4.0, failed, 0.0, skate, jerk, 0.0)

    errors = np.array([0.0, 0.2]), np.array([0.001, 0.199])
    rows = [
        Measured(*errors, take((), 2.0, 40.0), take((), 3.0, 40.0), 0.9, 0.3),
        Measured(*errors, take((), 2.0, 40.0), take(("waves",), np.nan, 80.0), 0.9, 0.3),
        Measured(*errors, take(("waves",), 2.0, 40.0), take((), 2.0, 40.0), 0.9, 0.3),
    ]
    row = summarise("foot", 0.05, rows)
    assert (row.targets, row.followed, row.free_followed) == (6, 1, 2)
    assert np.allclose([row.near_cm, row.missed_cm, row.far_share], [10.0, 10.0, 0.5])
    assert np.allclose([row.skate_ratio, row.jerk_ratio, row.time_ratio], [1.25, 4 / 3, 3.0])
    text = direction_markdown("mmm-open", 3, 0, [row])
    assert "| foot" in text and "1 of 2" in text and "x 1.25" in text
