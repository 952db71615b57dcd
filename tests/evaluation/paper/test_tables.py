"""The paper's protocol: its counting against brute force, and its tables on a tiny converted model and made data."""

import json

import numpy as np
import pytest

from engine.cli import main
from engine.conversion.evaluator import convert_evaluator
from engine.errors import InputError
from engine.evaluation.paper.clips import draw_clip, load_protocol_clips
from engine.evaluation.paper.evaluator import load_evaluator
from engine.evaluation.paper.metrics import paired_distance, rank_batches
from engine.evaluation.paper.tables import ProtocolConfig, run_protocol
from engine.generation.settings import SamplingConfig
from engine.pipeline import Pipeline
from tests.conversion.converted import write_converted
from tests.evaluation.paper.published_layout import TINY, write_data, write_evaluator

SAMPLING = SamplingConfig(steps=2, guidance=1.0, choice_noise=0.0)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """Folders: models, evaluator, data."""
    root = tmp_path_factory.mktemp("studio")
    models = write_converted(root / "models")
    convert_evaluator(**write_evaluator(root / "published", TINY), out=root / "evaluator")
    rng = np.random.default_rng(0)
    motions = [rng.normal(size=(40 + 3 * number, 263)).astype(np.float32) for number in range(34)]
    return models, root / "evaluator", write_data(root / "data", motions)


def test_ranks_agree_with_brute_force():
    rng = np.random.default_rng(3)
    motions = rng.normal(size=(96, 5))
    texts = motions + 0.8 * rng.normal(size=(96, 5))
    hits, near = np.zeros(3), []
    for i, text in enumerate(texts):
        batch = range(i // 32 * 32, i // 32 * 32 + 32)
        better = sum(np.linalg.norm(text - motions[j]) < np.linalg.norm(text - motions[i]) for j in batch)
        hits += [better < k for k in (1, 2, 3)]
        near.append(np.linalg.norm(text - motions[i]))
    scores = rank_batches(texts, motions, 32)
    assert [scores["R@1"], scores["R@2"], scores["R@3"]] == pytest.approx((hits / 96).tolist())
    assert scores["MM-Dist"] == pytest.approx(np.mean(near))
    with pytest.raises(ValueError, match="whole batches"):
        rank_batches(texts[:40], motions[:40], 32)


def test_paired_distance_agrees_with_all_pairs():
    rows = np.random.default_rng(1).normal(size=(20, 4))
    every = np.mean([np.linalg.norm(a - b) for a in rows for b in rows])  # a row may meet itself
    drawn = [paired_distance(rows, 10, np.random.default_rng(seed)) for seed in range(3000)]
    assert np.mean(drawn) == pytest.approx(every, rel=0.01)


def test_clips_are_the_protocols(tmp_path):
    motions = [np.arange(frames, dtype=np.float32)[:, None].repeat(263, 1) for frames in (39, 40, 199, 200, 120)]
    root = write_data(tmp_path, motions)
    (root / "texts" / "000004.txt").write_text("sits#sit/VERB#3.0#6.0\nwalks#walk/VERB#0.0#nan\nno#no/DET#0.0#1.0\n")
    clips = load_protocol_clips(root, "test", 20.0)
    assert [len(clip.features) for clip in clips] == [40, 199, 60, 120]
    assert clips[2].features[0, 0] == 60 and clips[2].captions[0].words == ("sit/VERB",)
    rng = np.random.default_rng(0)
    draws = [draw_clip(clips[1], rng) for _ in range(300)]
    lengths = [len(draw.features) for draw in draws]
    assert set(lengths) == {196, 192} and 60 < lengths.count(192) < 140
    assert {draw.features[0, 0] for draw in draws if len(draw.features) == 192} == set(range(8))
    assert {draw.caption.text for draw in draws} == {"a person walks slowly", "waves 2 times"}
    (root / "texts" / "000001.txt").write_text("walks##0.0#0.0\n")
    with pytest.raises(InputError, match=r"000001.txt has a caption without tagged words"):
        load_protocol_clips(root, "test", 20.0)


def test_all_tables_and_their_intervals(studio):
    models, evaluator, data = studio
    whole, upper = (Pipeline.from_pretrained(folder, "cpu") for folder in models)
    config = ProtocolConfig(
        repeats=2, batch=8, multimodality_captions=2, multimodality_samples=3, timed=2, story=2, limit=17
    )
    clips = load_protocol_clips(data, "test", 20.0)
    report = run_protocol(clips, load_evaluator(evaluator), whole, upper, SAMPLING, config)
    assert report.clips == 16 and report.notes == () and report.seconds_per_sentence > 0
    rows = {(row.table, row.name): row.metrics for row in report.rows}
    assert list(rows) == [
        ("text-to-motion", "real"),
        ("text-to-motion", "tokenizer"),
        ("text-to-motion", "model, real lengths"),
        ("text-to-motion", "model, guessed lengths"),
        ("in-between", "with text"),
        ("in-between", "without text"),
        ("upper body", "with text"),
        ("upper body", "without text"),
        ("long sequence", "2 captions in a row"),
    ]
    assert all(metrics["FID"].repeats == 2 for metrics in rows.values())
    real = rows["text-to-motion", "real"]
    assert 0 < real["FID"].mean < rows["text-to-motion", "model, real lengths"]["FID"].mean
    assert rows["text-to-motion", "model, real lengths"]["MModality"].mean > 0
    assert rows["in-between", "with text"]["FID"].mean != rows["in-between", "without text"]["FID"].mean
    again = run_protocol(clips, load_evaluator(evaluator), whole, None, SAMPLING, config)
    assert again.rows[2].metrics == report.rows[2].metrics
    assert [note.split(":")[0] for note in again.notes] == ["No upper-body table"]
    with pytest.raises(InputError, match="do not fill one batch"):
        run_protocol(clips[:7], load_evaluator(evaluator), whole, None, SAMPLING, config)


@pytest.mark.slow
def test_from_the_command_line(studio, tmp_path, capsys):
    models, evaluator, data = studio
    command = [
        "evaluate",
        "--protocol",
        "paper",
        "--data",
        str(data),
        "--evaluator",
        str(evaluator),
        "--repeats",
        "1",
        "--steps",
        "1",
        "--multimodality",
        "2",
        "--json",
        str(tmp_path / "r.json"),
        "--markdown",
        str(tmp_path / "r.md"),
    ]
    assert main([*command, "--weights", str(models[0]), "--upper-weights", str(models[1])]) == 0
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["clips"] == 32 and len(report["rows"]) == 9
    assert report["rows"][0]["metrics"]["FID"]["ci95"] is None
    text = (tmp_path / "r.md").read_text()
    assert "Long sequence:" in text and "| model, guessed lengths |" in text
    assert main([*command, "--weights", str(models[1])]) == 2
    assert "--upper-weights" in capsys.readouterr().err
