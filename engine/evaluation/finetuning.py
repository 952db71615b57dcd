"""Can a few clips teach a model a new action, and does it forget the others?

A base model is trained without some actions, fine-tuned on a few clips of each, and both models are asked for
other recordings of these actions and for the old test split. Every stage keeps what it made in the run folder
and is not done twice.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.captions.sheets import draw_sheet
from engine.data.dataset import measure_statistics
from engine.errors import InputError
from engine.evaluation.benchmark import PipelineModels
from engine.evaluation.clips import Clip, load_clips
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.metrics import estimate, euclidean_distances, hits_at, retrieval_scores
from engine.files.arrays import read_array
from engine.files.text import HOSTILE, read_json, read_rows, read_text, read_toml, told
from engine.generation.settings import SamplingConfig
from engine.motion.features import features_to_joints
from engine.pipeline import Pipeline
from engine.training.config import Budget
from engine.training.recipe import load_recipe
from engine.training.train_transformer import TransformerRun, train_transformer
from engine.weights import BUNDLED

Array = NDArray[np.floating]

ACTIONS = Path(__file__).parent / "finetuning_actions.toml"
POOL = 32
MIN_FRAMES, MAX_FRAMES = 40, 196


@dataclass(frozen=True)
class Action:
    """An action that is held out: `says` is in its captions; recordings to learn from and to test on."""

    name: str
    says: str
    learn: tuple[str, ...]
    test: tuple[str, ...]


@dataclass(frozen=True)
class FinetuningConfig:
    """Budgets, and changes to the recipes `open` (base) and `finetune`, as --set takes them.

    Attributes:
        rehearse: replay the base's data, instead of motions that the base makes itself
        plain: base and old test split without mirrored twins and changed speeds: a sixth of the data, for a quick look
    """

    base_budget: Budget
    steps: int | None = None
    base_changes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    rehearse: bool = False
    plain: bool = False
    repeats: int = 3
    seed: int = 0


def read_actions(path: Path = ACTIONS) -> list[Action]:
    """Raises InputError for a file that does not describe actions."""
    content = read_toml(path)
    try:
        return [_parse_action(row) for row in content["action"]]
    except HOSTILE as error:
        raise InputError(f"{path} is no list of actions: {told(error)}") from error


def _parse_action(row: dict[str, Any]) -> Action:
    """Raises HOSTILE for a row of other types."""
    texts, trials = (row["name"], row["says"]), (row["learn"], row["test"])
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(each, list) for each in trials):
        raise TypeError(f"{row['name']!r} needs a name, what its captions say, and two lists of recordings")
    if not all(isinstance(trial, str) for each in trials for trial in each):
        raise TypeError(f"recordings of {row['name']!r} are no names")
    return Action(*texts, *map(tuple, trials))


def run_finetuning(
    data: Path, evaluator_dir: Path, run_dir: Path, actions: Sequence[Action], config: FinetuningConfig
) -> dict[str, Any]:
    """The report (JSON): R@3 before and after on each action and on the old test split."""
    old, new = run_dir / "data-old", run_dir / "data-new"
    clips = divide_data(data, old, new, actions, config.plain)
    tokenizer = BUNDLED / "mmm-open"
    recipe = load_recipe("open", list(config.base_changes))
    encoder = BUNDLED / "minilm"
    base_training = dataclasses.replace(
        recipe.transformer, run=dataclasses.replace(recipe.transformer.run, seed=config.seed)
    )
    base = TransformerRun(tokenizer, encoder, recipe.model, base_training)
    _train_once(base, old, run_dir / "base", config.base_budget)
    finetune = load_recipe("finetune", list(config.changes)).transformer
    budget = Budget(steps=config.steps or finetune.run.steps)
    before = run_dir / "base" / "model"
    tuned = TransformerRun(
        before, encoder, recipe.model, finetune, init_dir=before, rehearse_dir=old if config.rehearse else None
    )
    seconds = _train_once(tuned, new, run_dir / "finetuned", budget)
    evaluator = Evaluator.load(evaluator_dir)
    report: dict[str, Any] = {
        "clips": clips,
        "finetuning_seconds": seconds,
        "finetuning_steps": budget.steps,
        "rehearsal": "old data" if config.rehearse else "the model's own motions",
    }
    old_test, new_test = load_clips(old, "test"), load_clips(new, "test")
    report["real"] = _measure_real(evaluator, old_test, new_test, actions, config)
    for name in ("base", "finetuned"):
        pipeline = Pipeline.from_pretrained(run_dir / name / "model", "cpu")
        report[name] = _measure(pipeline, evaluator, old_test, new_test, actions, config)
        _draw(pipeline, run_dir / "sheets", name, new_test, actions)
    return report


def divide_data(data: Path, old: Path, new: Path, actions: Sequence[Action], plain: bool = False) -> dict[str, int]:
    """Two data sets over the files of one: all but the actions, and the actions; returns the clips to learn from.

    Raises InputError if an action has nothing to learn from or to be tested on.
    """
    rows = read_rows(data / "clips.csv", "name", "trial", "split")
    texts = {row["name"]: read_text(data / "texts" / f"{row['name']}.txt").lower() for row in rows}
    said = {action.name: {row["name"] for row in rows if action.says in texts[row["name"]]} for action in actions}
    hidden = {row["trial"] for row in rows if any(row["name"] in names for names in said.values())}
    splits: dict[str, list[str]] = {"train": [], "val": [], "test": []}
    counts: dict[str, int] = {}
    for action in actions:
        own = [row for row in rows if row["name"] in said[action.name]]
        learn = [row["name"] for row in own if row["trial"] in action.learn]
        test = [row["name"] for row in own if row["trial"] in action.test and "_x" not in row["name"]]
        originals = [name for name in learn if _is_original(name)]
        if not originals or not test:
            raise InputError(f"{data} has no clips of {action.name!r} to learn from, or none to test on")
        counts[action.name] = len(originals)
        splits["train"] += learn
        splits["val"] += originals
        splits["test"] += test
    _link(data, new, splits, rows)
    kept: dict[str, list[str]] = {}
    for split in splits:
        others = [row["name"] for row in rows if row["split"] == split and row["trial"] not in hidden]
        kept[split] = [name for name in others if _is_original(name)] if plain else others
    _link(data, old, kept, rows)
    return counts


def _is_original(name: str) -> bool:
    """Whether a clip is neither mirrored nor played at another speed."""
    return not name.startswith("M") and "_x" not in name


def _link(data: Path, out: Path, splits: dict[str, list[str]], rows: list[dict[str, str]]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name in ("new_joint_vecs", "texts"):
        if not (out / name).exists():
            os.symlink((data / name).resolve(), out / name, target_is_directory=True)
    for split, names in splits.items():
        (out / f"{split}.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    chosen = {name for names in splits.values() for name in names}
    with (out / "clips.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["name"] in chosen)
    mean, std = measure_statistics(read_array(out / "new_joint_vecs" / f"{name}.npy") for name in splits["train"])
    np.save(out / "Mean.npy", mean)
    np.save(out / "Std.npy", std)


def _train_once(run: TransformerRun, data: Path, run_dir: Path, budget: Budget) -> float:
    """Train, go on training, or leave what is finished; returns the seconds it took in all."""
    done = run_dir / "done.json"
    if not done.is_file():
        result = train_transformer(run, data, run_dir, budget)
        if not result.finished:
            raise InputError(f"stopped at step {result.step}: run the same command to go on")
        last = json.loads((run_dir / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        done.write_text(json.dumps({"step": result.step, "seconds": last["seconds"]}) + "\n", encoding="utf-8")
    try:
        return float(read_json(done)["seconds"])
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{done} does not say how long training took: remove {run_dir} and train anew") from error


class _Draws:
    """The same captions for every model and for real motion, repeat by repeat."""

    def __init__(self, clips: Sequence[Clip], repeat: int, seed: int) -> None:
        rng = np.random.default_rng([seed, repeat, 5])
        self.captions = [clip.captions[int(rng.integers(len(clip.captions)))] for clip in clips]
        self.real = [clip.load()[:MAX_FRAMES] for clip in clips]
        self.lengths = [min(max(len(motion), MIN_FRAMES), MAX_FRAMES) for motion in self.real]


def _measure(
    pipeline: Pipeline,
    evaluator: Evaluator,
    old: Sequence[Clip],
    new: Sequence[Clip],
    actions: Sequence[Action],
    config: FinetuningConfig,
) -> dict[str, Any]:
    models = PipelineModels(pipeline, SamplingConfig())

    def made(draws: _Draws, repeat: int) -> Sequence[Array]:
        return models.generate(draws.captions, draws.lengths, config.seed + repeat)

    return _scores(evaluator, old, new, actions, config, made)


def _measure_real(
    evaluator: Evaluator,
    old: Sequence[Clip],
    new: Sequence[Clip],
    actions: Sequence[Action],
    config: FinetuningConfig,
) -> dict[str, Any]:
    return _scores(evaluator, old, new, actions, config, lambda draws, repeat: draws.real)


def _scores(
    evaluator: Evaluator,
    old: Sequence[Clip],
    new: Sequence[Clip],
    actions: Sequence[Action],
    config: FinetuningConfig,
    motions_of: Any,
) -> dict[str, Any]:
    """R@3 with its 95 % interval, by action, and of the old test split."""
    values: dict[str, list[float]] = {}
    for repeat in range(config.repeats):
        rng = np.random.default_rng([config.seed, repeat, 11])
        before, after = _Draws(old, repeat, config.seed), _Draws(new, repeat, config.seed)
        old_motion = evaluator.embed_motions(motions_of(before, repeat))
        new_motion = evaluator.embed_motions(motions_of(after, repeat + 1000))
        old_text, new_text = (evaluator.embed_texts(draws.captions) for draws in (before, after))
        scores = retrieval_scores(old_text, old_motion, rng, POOL)
        values.setdefault("old test split", []).append(scores.r_precision[2])
        for action in actions:
            rows = [row for row, clip in enumerate(new) if clip.trial in action.test]
            found = [_is_found(new_text[row], new_motion[row], old_motion, rng) for row in rows]
            values.setdefault(action.name, []).append(float(np.mean(found)))
    return {
        name: {"mean": round(estimate(found).mean, 4), "ci95": round(estimate(found).ci95, 4)}
        for name, found in values.items()
    }


def _is_found(text: Array, motion: Array, others: Array, rng: np.random.Generator, draws: int = 10) -> float:
    """How often the caption has its own motion among its nearest three of 32; the others are drawn anew."""
    hits = []
    for _ in range(draws):
        pool = others[rng.choice(len(others), POOL - 1, replace=False)]
        distances = euclidean_distances(text[None], np.concatenate([motion[None], pool]))
        # hits_at reads the matches off the diagonal: one row, its match in the first column
        hits.append(float(hits_at(np.repeat(distances, POOL, axis=0), 3)[2, 0]))
    return float(np.mean(hits))


def _draw(pipeline: Pipeline, out: Path, name: str, clips: Sequence[Clip], actions: Sequence[Action]) -> None:
    """A sheet an action: what the model makes of the first test caption, with seed 0."""
    out.mkdir(parents=True, exist_ok=True)
    for action in actions:
        clip = next(clip for clip in clips if clip.trial in action.test)
        seconds = min(max(len(clip.load()), MIN_FRAMES), MAX_FRAMES) / 20.0
        (motion,) = pipeline.generate([clip.captions[0]], seconds, seed=0)
        joints = features_to_joints(motion.features)
        sheet = draw_sheet(joints, f"{name}: {clip.captions[0]}", step=seconds / 8)
        sheet.save(out / f"{action.name.replace(' ', '-')}-{name}.png")


def finetuning_markdown(report: dict[str, Any]) -> str:
    """A table: before, after, and what real motion gets."""
    lines = [
        "| R@3 among 32 | clips learnt | base | fine-tuned | real motion |",
        "|---|---|---|---|---|",
    ]
    for name in report["base"]:
        cells = [
            f"{100 * report[model][name]['mean']:.1f} ± {100 * report[model][name]['ci95']:.1f}"
            for model in ("base", "finetuned", "real")
        ]
        learnt = report["clips"].get(name, "-")
        lines.append(f"| {name} | {learnt} | {' | '.join(cells)} |")
    change = 100 * (report["finetuned"]["old test split"]["mean"] - report["base"]["old test split"]["mean"])
    lines.append("")
    lines.append(
        f"Fine-tuning: {report['finetuning_steps']} steps in {report['finetuning_seconds'] / 60:.1f} minutes, "
        f"replaying {report['rehearsal']}; the old test split changed by {change:+.1f} points."
    )
    return "\n".join(lines)
