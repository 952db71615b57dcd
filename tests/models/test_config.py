"""Model configs as JSON."""

import json

import pytest

from engine.models.config import ModelConfig, TokenizerConfig, paper_config
from engine.models.errors import ModelError


@pytest.mark.parametrize("config", [ModelConfig(), paper_config()])
def test_survives_json(config):
    assert ModelConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_paper_sizes():
    config = paper_config()
    assert (config.tokenizer.codebook_size, config.tokenizer.code_dim) == (8192, 32)
    assert config.tokenizer.streams == 1
    assert config.transformer.width == 1024


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_refuses_another_format(version):
    data = {**ModelConfig().to_json(), "format_version": version}
    with pytest.raises(ModelError, match="format_version"):
        ModelConfig.from_json(data)


def test_names_unknown_and_mistyped_keys():
    data = ModelConfig().to_json()
    data["tokenizer"]["colour"] = 1
    with pytest.raises(ModelError, match="tokenizer has unknown keys: colour"):
        ModelConfig.from_json(data)
    data = ModelConfig().to_json()
    data["transformer"]["width"] = "wide"
    with pytest.raises(ModelError, match="transformer.width"):
        ModelConfig.from_json(data)


def test_refuses_senseless_sizes():
    with pytest.raises(ModelError, match="normalise_codes"):
        TokenizerConfig(normalise_codes=True, levels=2)
    with pytest.raises(ModelError, match="parts"):
        TokenizerConfig(joint_count=30)
    with pytest.raises(ModelError, match="levels"):
        TokenizerConfig(levels=0)
