"""The report's rows, sections and tables on a toy data set."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.evaluation.clips import load_clips
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.reconstruction import joint_errors, tokenizer_scores
from engine.evaluation.report import Models, ReportConfig, evaluate
from engine.evaluation.report_file import replace_section, write_report
from engine.evaluation.retrieval import RetrievalConfig, RetrievalNetwork
from tests.evaluation.evaluation_toys import HashEncoder


def _evaluator() -> Evaluator:
    torch.manual_seed(0)
    config = RetrievalConfig(text_dim=16, latent_dim=16, width=32, heads=2, feed_forward=32, motion_layers=1)
    return Evaluator(RetrievalNetwork(config), HashEncoder())


def test_all_rows_and_files(toy_data: Path, tmp_path: Path) -> None:
    clips = load_clips(toy_data, "test")
    asked: list[list[int]] = []

    def generate(captions: list[str], lengths: list[int], seed: int) -> list[np.ndarray]:
        asked.append(lengths)
        rng = np.random.default_rng(seed)
        return [rng.normal(size=(length, 263)).astype(np.float32) for length in lengths]

    models = Models(
        reconstruct=lambda motion: motion[: len(motion) // 4 * 4],
        tokenize=lambda motion: np.arange(len(motion) // 4),
        codebook_size=60,
        generate=generate,
        predict_lengths=lambda captions, seed: [500] * len(captions),
    )
    config = ReportConfig(
        repeats=3,
        generation_repeats=2,
        pool_size=16,
        multimodality_captions=2,
        multimodality_samples=4,
        timed_sentences=2,
    )
    report = evaluate(clips, _evaluator(), models, config)
    rows = {row.name: row for row in report.rows}
    assert list(rows) == [
        "real",
        "shuffled captions",
        "tokenizer",
        "model",
        "model, own lengths",
    ]
    assert rows["tokenizer"].metrics["FID"].mean == pytest.approx(0.0, abs=1e-6)
    assert rows["model"].metrics["FID"].mean > rows["real"].metrics["FID"].mean
    assert rows["model"].metrics["R@1"].repeats == 2
    assert "MModality" in rows["model"].metrics
    assert "R@3 distinct" in rows["real"].metrics
    assert rows["model"].seconds_per_sentence is not None
    assert [len(clip.load()) for clip in clips] in asked
    assert [196] * 32 in asked
    assert report.tokenizer is not None
    assert set(report.tokenizer.groups) == {"all", "all but climbing", "climbing", "plain"}
    assert report.tokenizer.groups["all"].heading_mm == 0.0
    assert report.tokenizer.codes_used == pytest.approx(15 / 60)

    results = tmp_path / "results.md"
    results.write_text("# Results\n\nKept.\n")
    write_report(report, tmp_path / "report.json", results)
    first = results.read_text()
    write_report(report, tmp_path / "report.json", results)
    assert results.read_text() == first
    assert first.startswith("# Results\n\nKept.\n")
    assert "| model, own lengths |" in first
    assert json.loads((tmp_path / "report.json").read_text())["clips"] == 32


def test_random_embeddings_and_shuffled_captions_sit_at_chance(toy_data: Path) -> None:
    clips = load_clips(toy_data, "test")
    config = ReportConfig(repeats=40, pool_size=32)
    report = evaluate(clips, _evaluator(), Models(), config)
    shuffled = report.rows[1].metrics["R@3"]
    assert report.chance == 3 / 32
    # 40 repeats of 32 queries that depend on one another: a wide band.
    assert abs(shuffled.mean - report.chance) < 0.06


def test_joint_errors_of_a_raised_root_and_of_a_drift() -> None:
    original = np.zeros((40, 263))
    raised = original.copy()
    raised[:, 3] = 0.022
    heading, world = joint_errors(original, raised)
    assert heading == pytest.approx(np.full(40, 1.0))
    drifting = original.copy()
    drifting[:, 1] = 0.001
    heading, world = joint_errors(original, drifting)
    assert heading == pytest.approx(np.zeros(40))
    assert world == pytest.approx(np.arange(40.0), abs=1e-4)
    with pytest.raises(ValueError, match="36"):
        joint_errors(original, original[:36])


def test_tokenizer_scores_weigh_by_frames() -> None:
    originals = [np.zeros((40, 263)), np.zeros((120, 263))]
    restored = [motion.copy() for motion in originals]
    restored[0][:, 3] = 0.022
    scores = tokenizer_scores(originals, restored, ["climbing", "plain"])
    assert scores.groups["all"].heading_mm == pytest.approx(0.25)
    assert scores.groups["all but climbing"].heading_mm == 0.0
    assert scores.codes_used is None

    ids = [np.array([[0, 5], [1, 5]]), np.array([[2, 5]])]
    scores = tokenizer_scores(originals, restored, ["", ""], tokens=ids, codebook_size=8)
    assert scores.codes_used == pytest.approx((3 / 8 + 1 / 8) / 2)
    assert set(scores.groups) == {"all"}


def test_sections_are_replaced_in_place() -> None:
    document = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n"
    assert replace_section(document, "x", "new") == document.replace("old", "new")
    assert replace_section("a\n", "x", "new").startswith("a\n\n<!-- x:begin -->\nnew\n")
    with pytest.raises(ValueError, match="no"):
        replace_section("<!-- x:begin -->", "x", "new")
