"""Model folders: round trip and every way they can be broken."""

import json

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
