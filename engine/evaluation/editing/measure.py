"""Measure editing on held-out clips: seams, in-betweens, upper body, loops, story, path.

Each section says what was asked (the bar) beside what was measured. Steps are means over the joints,
per frame of 1/20 s: a position step is how far joints go from one frame to the next, a velocity step
is how much that changes. A clip's own 95th percentile is taken over its kept frames.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.editing.bending import mean_distance
from engine.editing.compose import Take
from engine.editing.editor import MotionEditor
from engine.editing.path import follow_path
from engine.editing.story import TRANSITION_FRAMES, tell_story
from engine.errors import InputError
from engine.evaluation.clips import FPS, Clip, load_clips
from engine.evaluation.editing.baselines import interpolate_span, paste_nearest
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.metrics import frechet_distance, retrieval_scores
from engine.evaluation.physics import physics_scores
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.parts import body_parts, fit_features
from engine.motion.skeleton import HUMANML3D
from engine.pipeline import Pipeline
from engine.requests import GenerateRequest, PathRequest, Story, StoryPart, StoryRequest

Array = NDArray[np.floating]

LOOP_PROMPTS = (
    "a person walks forward",
    "a person stands still and looks around",
    "a person waves with the right hand",
    "a person dances",
    "a person jogs in place",
)
STORY_PROMPTS = (
    "a person walks forward",
    "a person stops and looks around",
    "a person waves with the right hand",
    "a person jumps",
    "a person runs forward",
    "a person walks in a circle",
    "a person dances",
    "a person stands still",
)
STORY_SECONDS = 60.0
PATH_PROMPT = "a person walks forward"
WALKING_SPEED = (0.6, 2.2)  # metres a second
# Joints of a clip that hardly moves would make any step look large; metres a frame.
LEAST_STEP = 0.002


@dataclass(frozen=True)
class EditingConfig:
    """How much is measured; the defaults take a quarter of an hour on two idle cores.

    A distance of distributions between few clips is mostly chance: 64 clips in-betweened twice lie as far
    from each other as from the real ones. So in-betweens take what is there.
    """

    clips: int = 256
    upper_clips: int = 64
    """of those, how many get another upper body"""
    library: int = 600
    """training clips to paste from"""
    min_frames: int = 60
    pool_size: int = 32
    pool_repeats: int = 20
    timed_edits: int = 5
    seed: int = 0


def run_editing(
    data: Path, evaluator_dir: Path, weights: str, split: str, config: EditingConfig | None = None
) -> dict[str, Any]:
    """The whole table as plain data. Raises InputError if the data set or the evaluator is missing."""
    config = config or EditingConfig()
    for name in (split, "train"):
        if not (data / f"{name}.txt").is_file():
            raise InputError(f"{data} is no data set: it has no {name}.txt")
    if not (evaluator_dir / "config.json").is_file():
        raise InputError(f"{evaluator_dir} is no evaluator: train one with 'mmm train evaluator'")
    editor = MotionEditor.from_pretrained(weights)
    evaluator = Evaluator.load(evaluator_dir)
    clips = draw_clips(load_clips(data, split), config.clips, config)
    real = [features_to_joints(clip.load()).astype(np.float64) for clip in clips]
    captions = [clip.captions[0] for clip in clips]
    library = [clip.load() for clip in draw_clips(load_clips(data, "train"), config.library, config)]
    walking = [joints for joints in real if WALKING_SPEED[0] <= _speed(joints) <= WALKING_SPEED[1]]
    return {
        "model": editor.pipeline.model.config.name,
        "split": split,
        "clips": len(clips),
        "in_between": measure_in_betweens(editor, evaluator, real, captions, library),
        "upper_body": measure_upper_body(editor, evaluator, *_some(real, captions, config), config),
        "loops": [measure_loop(editor, prompt, config.seed) for prompt in LOOP_PROMPTS],
        "story": measure_story(editor.pipeline, real, config.seed),
        "paths": measure_paths(editor.pipeline, real, walking, config.seed),
        "edit_time": measure_time(editor, config),
    }


def measure_in_betweens(
    editor: MotionEditor, evaluator: Evaluator, real: list[Array], captions: list[str], library: list[Array]
) -> dict[str, Any]:
    """The middle half of every clip from its caption, beside the tokenizer and both baselines."""
    parts = body_parts(editor.pipeline.model.config.tokenizer.parts)
    sets: dict[str, list[Array]] = {name: [] for name in ("edited", "tokenizer", "interpolated", "pasted")}
    kept_difference, position, velocity = 0.0, [], []
    for index, (joints, caption) in enumerate(zip(real, captions, strict=True)):
        start, stop = len(joints) // 4, len(joints) - len(joints) // 4
        edited_motion = editor.set_motion(joints, floor=0.0).regenerate(start, stop, caption, seed=index)
        edited = _body(edited_motion.joints)
        kept = np.r_[0:start, stop : len(joints)]
        kept_difference = max(kept_difference, float(np.abs(edited[kept] - joints[kept].astype(np.float32)).max()))
        steps = seam_ratios(edited, start, stop)
        position.append(steps[0])
        velocity.append(steps[1])
        sets["edited"].append(edited)
        sets["tokenizer"].append(_restore(editor.pipeline, joints))
        sets["interpolated"].append(interpolate_span(joints, start, stop))
        sets["pasted"].append(paste_nearest(Take.of(joints), start, stop, library, parts))
    reference = evaluator.embed_motions([features_of_every_frame(joints) for joints in real])
    fid = {
        name: frechet_distance(reference, evaluator.embed_motions([features_of_every_frame(j) for j in motions]))
        for name, motions in sets.items()
    }
    skate = {name: physics_scores(motions, FPS).skate_mm_per_frame for name, motions in (sets | {"real": real}).items()}
    return {
        "kept_difference": kept_difference,
        "seam_position": _spread(position, 1.5),
        "seam_velocity": _spread(velocity, 2.0),
        "fid": fid,
        "skate": skate,
    }


def seam_ratios(joints: Array, start: int, stop: int) -> tuple[float, float]:
    """The worst position and velocity step at the seams of a span, by the 95th percentile of kept ones."""
    steps, changes = step_sizes(joints)
    kept_steps = np.r_[steps[: start - 1], steps[stop:]]
    kept_changes = np.r_[changes[: start - 2], changes[stop:]]
    worst = max(steps[start - 1], steps[stop - 1])
    worst_change = changes[[start - 2, start - 1, stop - 2, stop - 1]].max()
    floors = [max(float(np.percentile(values, 95)), LEAST_STEP) for values in (kept_steps, kept_changes)]
    return float(worst) / floors[0], float(worst_change) / floors[1]


def step_sizes(joints: Array) -> tuple[Array, Array]:
    """Position steps (T-1,), i to i + 1, and velocity steps (T-2,), around i + 1: means over joints, metres."""
    joints = np.asarray(joints, dtype=np.float64)
    sizes = [np.linalg.norm(np.diff(joints, n=order, axis=0), axis=-1).mean(axis=-1) for order in (1, 2)]
    return sizes[0], sizes[1]


def measure_upper_body(
    editor: MotionEditor, evaluator: Evaluator, real: list[Array], captions: list[str], config: EditingConfig
) -> dict[str, Any]:
    """Arms and torso anew from the caption over the clip's own legs, beside full generation."""
    legs = list(editor.pipeline.model.tokenizer.body_parts[0].joints)
    edited, legs_difference = [], 0.0
    for index, (joints, caption) in enumerate(zip(real, captions, strict=True)):
        motion = editor.set_motion(joints, floor=0.0).regenerate(0, len(joints), caption, editor.parts[-1], seed=index)
        change = np.abs(motion.joints[:, legs] - joints[:, legs].astype(np.float32))
        legs_difference = max(legs_difference, float(change.max()))
        edited.append(features_of_every_frame(_body(motion.joints)))
    requests = [
        GenerateRequest(caption, len(joints) / FPS, index)
        for index, (joints, caption) in enumerate(zip(real, captions, strict=True))
    ]
    generated = [editor.pipeline.generate_requests([request])[0] for request in requests]
    texts = evaluator.embed_texts(captions)
    sets = {"real": [features_of_every_frame(joints) for joints in real], "edited": edited}
    sets["generated"] = [features_of_every_frame(_body(motion.joints)) for motion in generated]
    scores = {}
    for name, motions in sets.items():
        latent = evaluator.embed_motions(motions)
        draws = [
            retrieval_scores(texts, latent, np.random.default_rng([config.seed, repeat]), config.pool_size)
            for repeat in range(config.pool_repeats)
        ]
        scores[name] = float(np.mean([draw.r_precision[2] for draw in draws]))
    return {"clips": len(real), "legs_difference": legs_difference, "r_at_3": scores, "pool_size": config.pool_size}


def measure_loop(editor: MotionEditor, prompt: str, seed: int) -> dict[str, Any]:
    """How far the wrap of a looped six-second clip is from any other step of it."""
    (motion,) = editor.pipeline.generate([prompt], seconds=6, seed=seed)
    looped = editor.set_motion(motion).loop(20, prompt, seed=seed)
    joints = np.asarray(looped.joints, dtype=np.float64)
    # Poses above the root's ground point, in the world's axes: heading counts, the way covered does not.
    pose = joints - joints[:, :1] * [1.0, 0.0, 1.0]
    closed = np.concatenate((pose, pose[:2]))
    steps, changes = step_sizes(closed)
    travel = np.diff(joints[:, 0, [0, 2]], axis=0)
    root_changes = np.linalg.norm(np.diff(np.concatenate((travel, travel[:1])), axis=0), axis=-1)
    wrap = len(joints) - 1
    return {
        "prompt": prompt,
        "travel": looped.request["travel"],
        "step": _by_percentile(steps[wrap], steps[:wrap]),
        "velocity": _by_percentile(changes[wrap - 1 : wrap + 1].max(), changes[: wrap - 1]),
        "root_velocity": _by_percentile(root_changes[-1], root_changes[:-1]),
    }


def measure_story(pipeline: Pipeline, real: list[Array], seed: int) -> dict[str, Any]:
    """Accelerations around the transitions, by the 99th percentile of real clips' accelerations."""
    parts = tuple(StoryPart(prompt, STORY_SECONDS / len(STORY_PROMPTS)) for prompt in STORY_PROMPTS)
    motion = tell_story(pipeline, StoryRequest(Story(parts, seed)))
    limit = float(np.percentile(np.concatenate([step_sizes(joints)[1] for joints in real]), 99)) * FPS**2
    sizes = step_sizes(motion.joints)[1] * FPS**2
    transitions = []
    for strip in motion.request["strips"][1:]:
        around = sizes[max(0, strip["start"] - TRANSITION_FRAMES - 1) : strip["start"] + TRANSITION_FRAMES - 1]
        transitions.append({"into": strip["prompt"], "acceleration": float(around.max())})
    return {
        "seconds": motion.seconds,
        "real_99": limit,
        "transitions": transitions,
        "elsewhere_99": float(np.percentile(sizes, 99)),
    }


def measure_paths(pipeline: Pipeline, real: list[Array], walking: list[Array], seed: int) -> dict[str, Any]:
    """Distance to the curve and foot skate on three curves, at the prompt's own speed."""
    rows = []
    for name, points in _curves().items():
        motion = follow_path(pipeline, PathRequest(points.tolist(), PATH_PROMPT, seed=seed))
        rows.append(
            {
                "curve": name,
                "seconds": motion.seconds,
                "distance": mean_distance(motion.joints, points),
                "skate": physics_scores([motion.joints], FPS).skate_mm_per_frame,
            }
        )
    (straight,) = pipeline.generate([PATH_PROMPT], seconds=6, seed=seed)
    return {
        "prompt": PATH_PROMPT,
        "curves": rows,
        "skate_real": physics_scores(real, FPS).skate_mm_per_frame,
        "skate_real_walking": physics_scores(walking, FPS).skate_mm_per_frame if walking else None,
        "skate_generated": physics_scores([straight.joints], FPS).skate_mm_per_frame,
    }


def measure_time(editor: MotionEditor, config: EditingConfig) -> dict[str, float]:
    """Mean wall and CPU seconds of replacing the middle half of a six-second clip, after one untimed edit."""
    (motion,) = editor.pipeline.generate(["a person walks forward"], seconds=6, seed=config.seed)
    editor.set_motion(motion).regenerate(30, 90, "a person jumps")
    begun, used = time.perf_counter(), time.process_time()
    for seed in range(config.timed_edits):
        editor.regenerate(30, 90, "a person jumps", seed=seed)
    return {
        "wall": (time.perf_counter() - begun) / config.timed_edits,
        "cpu": (time.process_time() - used) / config.timed_edits,
    }


def _curves() -> dict[str, Array]:
    """Ground curves (N, 2) of eight to nine metres."""
    share = np.linspace(0.0, 1.0, 200)
    return {
        "straight": np.stack((0 * share, 8 * share), axis=-1),
        "S": np.stack((1.5 * np.sin(2 * np.pi * share), 7 * share), axis=-1),
        "circle": 1.4 * np.stack((1 - np.cos(2 * np.pi * share), np.sin(2 * np.pi * share)), axis=-1),
    }


def draw_clips(clips: list[Clip], count: int, config: EditingConfig) -> list[Clip]:
    """At most `count` clips that are long enough, the same ones for the same seed, in file order."""
    order = np.random.default_rng(config.seed).permutation(len(clips))
    chosen: list[int] = []
    for index in order:
        if len(chosen) == count:
            break
        if len(clips[int(index)].load()) >= config.min_frames:
            chosen.append(int(index))
    if len(chosen) < 2:
        raise InputError(f"the data set has too few clips of {config.min_frames} frames to measure editing on")
    return [clips[index] for index in sorted(chosen)]


def _some(real: list[Array], captions: list[str], config: EditingConfig) -> tuple[list[Array], list[str]]:
    """At most `upper_clips` of the clips with their captions, evenly from all of them."""
    chosen = np.unique(np.linspace(0, len(real) - 1, min(config.upper_clips, len(real))).round().astype(int))
    return [real[i] for i in chosen], [captions[i] for i in chosen]


def _body(joints: Array) -> Array:
    """The 22 joints that models of either skeleton have."""
    return joints[:, : HUMANML3D.num_joints]


def _restore(pipeline: Pipeline, joints: Array) -> Array:
    """A clip (T, 22, 3) through the tokens and back, without its last frames that fill no token."""
    width = pipeline.model.config.tokenizer.feature_dim
    ids = pipeline.encode(fit_features(features_of_every_frame(joints), width))
    return _body(features_to_joints(pipeline.decode(ids, len(joints) - len(joints) % 4)))


def _speed(joints: Array) -> float:
    return float(np.linalg.norm(np.diff(joints[:, 0][:, [0, 2]], axis=0), axis=-1).mean() * FPS)


def _by_percentile(value: float, others: Array) -> float:
    return float(value) / max(float(np.percentile(others, 95)), LEAST_STEP)


def _spread(ratios: list[float], bar: float) -> dict[str, float]:
    """Median, 95th percentile and largest of per-clip ratios, and the share that meets the bar."""
    values = np.asarray(ratios)
    return {
        "median": float(np.median(values)),
        "p95": float(np.percentile(values, 95)),
        "max": float(values.max()),
        "within": float((values <= bar).mean()),
        "bar": bar,
    }
