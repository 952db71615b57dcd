"""The bundled model, as a library user meets it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import InputError
from engine.generation.windows import plan_windows
from engine.motion.features import facing
from engine.motion.skeleton import skeleton_of
from engine.pipeline import MOST_DECODED, Pipeline
from engine.requests import GenerateRequest
from engine.watch import Cancelled, Watch

PROMPT = "a person walks forward"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.from_pretrained("mmm-open", device="cpu")


def test_a_motion_is_what_its_contract_says(pipeline):
    (motion,) = pipeline.generate([PROMPT], seconds=4, seed=3)
    skeleton = skeleton_of(pipeline.model.config.tokenizer.joint_count)
    assert motion.joints.shape == (80, skeleton.num_joints, 3)
    assert motion.features.shape == (80, skeleton.num_features)
    assert motion.joints.dtype == motion.features.dtype == np.float32
    assert (motion.fps, motion.prompt, motion.seed, motion.model) == (20.0, PROMPT, 3, "mmm-open")
    assert np.allclose(motion.joints[0, 0, [0, 2]], 0, atol=1e-5)
    assert np.allclose(facing(motion.joints[:1].astype(float))[0], [0, 0, 1], atol=1e-4)
    assert motion.joints[..., 1].min() > -0.02


def test_what_was_decoded_once_is_the_same_again_whatever_became_of_it(pipeline):
    config = pipeline.model.config.tokenizer
    several = torch.randint(config.codebook_size, (MOST_DECODED + 2, 6, config.streams), generator=torch.manual_seed(0))
    first = [pipeline.decode(ids, 22) for ids in several]
    expected = pipeline.model.tokenizer.decode(several[-1][None])[0].detach().numpy()
    assert first[-1] == pytest.approx(expected[:22], abs=1e-4)
    assert len(pipeline._decoded) == MOST_DECODED
    kept = first[-1].copy()
    first[-1][:] = 0.0
    assert np.array_equal(pipeline.decode(several[-1], 22), kept)
    assert np.array_equal(pipeline.decode(several[-1], 24)[:22], kept)
    assert np.array_equal(pipeline.decode(several[0], 22), first[0])
    # A shorter grid sees less around its last frames.
    assert pipeline.decode(several[-1], 12).shape == (12, kept.shape[1])


def test_the_model_walks(pipeline):
    # Not a measure of quality: the sentence has to reach the legs at all.
    motions = [pipeline.generate([PROMPT], seconds=4, seed=seed)[0] for seed in range(3)]
    still = pipeline.generate(["a person stands still"], seconds=4, seed=0)[0]
    distance = sorted(float(np.linalg.norm(motion.joints[-1, 0] - motion.joints[0, 0])) for motion in motions)
    assert distance[1] > 2.0
    assert np.linalg.norm(still.joints[-1, 0] - still.joints[0, 0]) < 0.5


def test_same_seed_same_motion_alone_or_in_a_batch(pipeline):
    alone = pipeline.generate([PROMPT], seconds=3, seed=8)[0]
    again = pipeline.generate([PROMPT], seconds=3, seed=8)[0]
    batch = pipeline.generate(["someone jumps", PROMPT], seconds=3, seed=7)
    other = pipeline.generate([PROMPT], seconds=3, seed=9)[0]
    assert np.array_equal(alone.joints, again.joints)
    assert np.abs(alone.joints - batch[1].joints).max() < 1e-3
    assert np.abs(alone.joints - other.joints).max() > 1e-2


def test_a_long_batch_mate_does_not_matter(pipeline):
    requests = [GenerateRequest(PROMPT, 11, 4), GenerateRequest("someone jumps", 24, 5)]
    batch = pipeline.generate_requests(requests)
    alone = pipeline.generate_requests(requests[:1])
    assert np.abs(alone[0].joints - batch[0].joints).max() < 1e-3


def test_the_estimated_duration_is_a_sane_one(pipeline):
    (motion,) = pipeline.generate([PROMPT], seconds=None)
    assert 1.0 <= motion.seconds <= 10.0


def test_long_motions_go_on_without_a_jump(pipeline):
    (motion,) = pipeline.generate([PROMPT], seconds=20, seed=1)
    assert len(motion) == 400
    step = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1).max(axis=1)
    assert step.max() < 0.5


def test_progress_and_cancel(pipeline):
    seen: list[tuple[int, int]] = []
    pipeline.generate([PROMPT], seconds=2, watch=Watch(lambda stage, step, of: seen.append((step, of))))
    assert seen == [(i + 1, seen[-1][1]) for i in range(len(seen))]
    assert seen[-1][0] == seen[-1][1]
    steps: list[int] = []
    with pytest.raises(Cancelled):
        pipeline.generate(
            [PROMPT], seconds=2, watch=Watch(lambda stage, step, of: steps.append(step), lambda: len(steps) >= 3)
        )
    assert steps == [1, 2, 3]


def test_what_a_prompt_says_and_a_take_does_not_show_is_drawn_again_and_told(pipeline):
    prompts = ("a person waves with the right hand", "a soldier salutes", "a person hops on the left foot")
    requests = [GenerateRequest(prompt, 4.0, seed) for prompt in prompts for seed in range(5)]
    first = pipeline.generate_requests(requests, redraws=0)
    shown = pipeline.generate_requests(requests)
    assert sum(bool(motion.missing) for motion in shown) < sum(bool(motion.missing) for motion in first)
    for motion in shown:
        assert ("shows no" in motion.note) == bool(motion.missing)


@pytest.mark.parametrize("prompt", ['waves "hello" 👋', "läuft\nlos", "x" * 2000])
def test_strange_prompts_are_taken(pipeline, prompt):
    (motion,) = pipeline.generate([prompt], seconds=1)
    assert np.isfinite(motion.joints).all()


def test_nothing_to_generate_is_an_error(pipeline):
    with pytest.raises(InputError, match="nothing to generate"):
        pipeline.generate_requests([])
    with pytest.raises(InputError, match="empty"):
        GenerateRequest(" ")


@pytest.mark.parametrize("tokens", [1, 48, 49, 50, 86, 87, 300])
def test_windows_cover_everything_once(tokens):
    windows = plan_windows(np.ones(tokens, dtype=bool), 49, 12)
    assert windows[0].start == 0
    assert windows[-1].stop == tokens
    for before, after in zip(windows, windows[1:], strict=False):
        assert after.first == before.stop
        assert after.first - after.start >= 12
        assert after.stop - after.start <= 49
