"""Converted models do what the bundled one does, through the same doors: Python, command line, worker."""

import base64

import numpy as np
import pytest

from engine.cli import main
from engine.editing.editor import MotionEditor
from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.pipeline import Pipeline
from tests.conversion.converted import write_converted
from tests.worker.conftest import Worker

QUICK = SamplingConfig(steps=2)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return write_converted(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def motion():
    """A person of our skeleton who sways."""
    pipeline = Pipeline.from_pretrained("mmm-open", "cpu")
    return pipeline.generate(["a person waves"], seconds=2.4, sampling=SamplingConfig(steps=2))[0]


@pytest.mark.parametrize("precision", ["fp32", "fast"])
def test_generate_takes_a_length_and_repeats_itself(models, precision):
    pipeline = Pipeline.from_pretrained(models[0], "cpu", precision)
    one, two = pipeline.generate(["walk", "a person waves"], seconds=3.0, seed=4, sampling=QUICK)
    assert one.joints.shape == (60, 22, 3) and np.isfinite(one.joints).all()
    assert not np.array_equal(one.joints, two.joints)
    (again,) = pipeline.generate(["a person waves"], seconds=3.0, seed=5, sampling=QUICK)
    assert np.array_equal(again.joints, two.joints)
    with pytest.raises(InputError, match="give its length"):
        pipeline.generate(["walk"])


def test_an_upper_body_model_serves_part_edits_alone(models, motion):
    pipeline = Pipeline.from_pretrained(models[1], "cpu")
    editor = MotionEditor(pipeline).set_motion(motion)
    edited = editor.regenerate(0, len(motion.joints), "claps", part="upper", seed=1)
    lower = [0, 1, 2, 4, 5, 7, 8, 10, 11]
    assert np.array_equal(edited.joints[:, lower], motion.joints[:, lower])
    assert edited.joints.shape[1] == 22  # as many as the published model has
    assert not np.allclose(edited.joints[:, 20:], motion.joints[:, 20:22], atol=0.01)
    again = editor.regenerate(0, len(motion.joints), "claps", part="upper", seed=1)
    assert np.array_equal(again.joints, edited.joints)
    with pytest.raises(InputError, match="upper body only"):
        editor.regenerate(0, 20, "walks")
    with pytest.raises(InputError, match="upper body only"):
        pipeline.generate(["walk"], seconds=2.0)


def test_from_the_command_line(models, motion, tmp_path):
    motion.save(tmp_path / "in.npz")
    whole, upper = (str(folder) for folder in models)
    out = ["--steps", "2", "--out"]
    generate = ["generate", "walk", "--seconds", "2", "--precision", "fast", "--weights", whole]
    assert main([*generate, *out, str(tmp_path / "walk.npz")]) == 0
    edit = ["edit", str(tmp_path / "in.npz"), "--from", "0.5", "--to", "1.5", "--prompt", "jumps"]
    assert main([*edit, "--weights", whole, *out, str(tmp_path / "edit.npz")]) == 0
    assert main([*edit, "--part", "upper", "--weights", upper, *out, str(tmp_path / "part.npz")]) == 0
    story = tmp_path / "story.yaml"
    story.write_text("story:\n- prompt: walks\n  seconds: 2\n- prompt: waves\n  seconds: 2\n")
    assert main(["story", str(story), "--weights", whole, *out, str(tmp_path / "story.npz")]) == 0
    lengths = [len(np.load(tmp_path / f"{name}.npz")["joints"]) for name in ("walk", "edit", "part", "story")]
    assert lengths == [40, len(motion.joints), len(motion.joints), 80]


def test_from_blenders_side_of_the_worker(models, motion):
    worker = Worker()
    try:
        for folder, part in zip(models, ("body", "upper"), strict=True):
            answer = worker.ask("initialize", protocol=1, weights=str(folder), device="cpu", precision="fast")
            assert "non-commercial" in answer["model"]["licence"]
            mask = [{"part": part, "start": 8, "stop": 28}]
            array = {"dtype": "float32", "shape": list(motion.joints.shape), "data": _text(motion.joints)}
            made = worker.ask("edit", motion=array, prompt="claps", mask=mask, steps=2, candidates=1)
            assert made["motions"][0]["joints"]["shape"] == [len(motion.joints), 22, 3]
        refused = worker.refuse("generate", prompt="walk", seconds=2, steps=2)
        assert "upper body only" in refused["message"]
    finally:
        worker.end()


def _text(joints):
    return base64.b64encode(joints.astype("<f4").tobytes()).decode()
