"""The bundled text encoder."""

from pathlib import Path

import pytest
import torch

from engine.models.errors import ModelError
from engine.models.text_encoder import load_text_encoder
from engine.models.text_weights import export_minilm

MINILM = Path(__file__).parents[2] / "weights" / "minilm"


@pytest.fixture(scope="module")
def encoder():
    if not (MINILM / "model.safetensors").is_file():
        pytest.skip("weights/minilm has not been made")
    return load_text_encoder("minilm", MINILM)


def test_similar_meaning_is_near(encoder):
    given = ["a person walks forward", "someone is strolling ahead", "a man throws a punch"]
    sentence = encoder.encode(given).sentence
    torch.testing.assert_close(sentence.norm(dim=1), torch.ones(3))
    assert sentence[0] @ sentence[1] > sentence[0] @ sentence[2] + 0.2


def test_batch_mates_do_not_matter(encoder):
    alone = encoder.encode(["a person jumps"])
    beside = encoder.encode(["a person jumps", "a person walks in a very large circle, then sits"])
    count = int(alone.mask.sum())
    assert beside.words.shape[1] > count
    torch.testing.assert_close(beside.sentence[:1], alone.sentence, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(beside.words[:1, :count], alone.words, atol=1e-3, rtol=1e-3)
    assert int(beside.mask[0].sum()) == count


def test_wide_words_tell_left_from_right(encoder):
    """The embedding layer stands first, the same words as ever behind it."""
    prompts = ["a person kicks with the left leg", "a person kicks with the right leg"]
    wide = load_text_encoder("minilm_wide", MINILM)
    features, plain = wide.encode(prompts), encoder.encode(prompts)
    assert features.words.shape[-1] == wide.word_dim == 768
    torch.testing.assert_close(features.words[..., 384:], plain.words)
    torch.testing.assert_close(features.sentence, plain.sentence)
    side = 6  # [CLS] a person kicks with the >left<
    first, last = features.words[:, side].split(384, dim=-1)
    similarity = torch.nn.functional.cosine_similarity
    assert similarity(*first, dim=0) < similarity(*last, dim=0) - 0.2


def test_clear_errors(tmp_path):
    with pytest.raises(ModelError, match="config.json"):
        load_text_encoder("minilm", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(ModelError, match="sha256"):
        export_minilm(tmp_path, tmp_path / "out")
