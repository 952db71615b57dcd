"""Model folders: round trip and every way they can be broken."""

import json
import os
import signal
import sys
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.models.config import ModelConfig, TokenizerConfig, TransformerConfig
from engine.models.errors import ModelError
from engine.models.folder import MotionModel, load_model_folder, save_model_folder
from engine.models.tokenizer import MotionTokenizer
from engine.models.transformer import MaskedTransformer

CONFIG = ModelConfig(
    tokenizer=TokenizerConfig(
        stem_width=8, stage_widths=(8, 8), stage_dilations=((1,), (1,)), code_dim=4, codebook_size=8
    ),
    transformer=TransformerConfig(width=16, heads=2, blocks=("self_cross",), max_tokens=12),
)


# What Python says before it asks the system for it.
STEPS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.listdir", "os.scandir", "ctypes.dlsym")


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    model = MotionModel(
        CONFIG,
        MotionTokenizer(CONFIG.tokenizer),
        MaskedTransformer(CONFIG.transformer, CONFIG.tokenizer),
    )
    save_model_folder(tmp_path / "model", model)
    return tmp_path / "model"


def test_round_trip(folder):
    model = load_model_folder(folder)
    assert model.config == CONFIG
    stored = load_file(folder / "transformer.safetensors")
    assert all(torch.equal(stored[k], v) for k, v in model.transformer.state_dict().items())
    assert not model.tokenizer.training and not model.transformer.training


@pytest.mark.posix
def test_a_kill_at_any_step_leaves_one_whole_model(tmp_path):
    """Saved over another, a folder holds one of the two, whenever the process dies: at each step the disk is asked."""
    one, other = (filled(value) for value in (1.0, 2.0))
    found, step, killed = set(), 0, True
    while killed:
        place = tmp_path / str(step)
        save_model_folder(place, one)
        child = os.fork()
        if child == 0:
            kill_at(step)
            save_model_folder(place, other)
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        loaded = load_model_folder(place)
        values = {"1": 1.0, "2": 2.0}[loaded.config.name]
        numbers = [*loaded.tokenizer.parameters(), *loaded.transformer.parameters()]
        assert all((each == values).all() for each in numbers), step
        found.add(values)
        step += 1
    assert found == {1.0, 2.0} and values == 2.0 and step > 10


def filled(value):
    """A model of one number, with a name that tells it."""
    config = replace(CONFIG, name=f"{value:.0f}")
    transformer = MaskedTransformer(CONFIG.transformer, CONFIG.tokenizer)
    model = MotionModel(config, MotionTokenizer(CONFIG.tokenizer), transformer)
    with torch.no_grad():
        for each in (*model.tokenizer.parameters(), *model.transformer.parameters()):
            each.fill_(value)
    return model


def kill_at(step):
    """Let this process die when it asks the system for the `step`-th file."""
    left = step

    def look(event, _arguments):
        nonlocal left
        if event in STEPS:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def test_truncated_file(folder):
    path = folder / "tokenizer.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="tokenizer.safetensors is damaged"):
        load_model_folder(folder)


def test_missing_file_and_broken_json(folder):
    (folder / "transformer.safetensors").unlink()
    with pytest.raises(ModelError, match="does not exist"):
        load_model_folder(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelError, match="config.json"):
        load_model_folder(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tensors: tensors.pop("mean"), "lacks tensor mean"),
        (lambda tensors: tensors.update(stray=torch.zeros(1)), "unknown tensor stray"),
        (lambda tensors: tensors.update(mean=torch.zeros(3)), r"tensor mean has shape \[3\]"),
    ],
)
def test_tensors_that_do_not_fit(folder, change, message):
    path = folder / "tokenizer.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)
    with pytest.raises(ModelError, match=message):
        load_model_folder(folder)


def test_other_format_version(folder):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 9}))
    with pytest.raises(ModelError, match="format_version is 9"):
        load_model_folder(folder)


def test_half_precision_is_smaller_and_close(tmp_path, folder):
    model = load_model_folder(folder)
    save_model_folder(tmp_path / "half", model, half=True)
    stored = load_file(tmp_path / "half" / "transformer.safetensors")
    assert stored["norm.weight"].dtype == torch.float32
    assert stored["sentence.weight"].dtype == torch.float16
    loaded = load_model_folder(tmp_path / "half").transformer.state_dict()
    for key, value in model.transformer.state_dict().items():
        assert loaded[key].dtype == value.dtype
        assert torch.allclose(loaded[key], value, atol=1e-3)
