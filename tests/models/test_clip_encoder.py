"""CLIP's text features against a plain restatement of its text tower, on a tiny made-up CLIP."""

import pytest
import torch
import torch.nn.functional as F
from transformers import CLIPTextModelWithProjection

from engine.errors import InputError
from engine.models.config import paper_config
from engine.models.text_encoder import load_text_encoder
from engine.weights import find_text_encoder
from tests.models.tiny_clip import END, START, VOCABULARY, write_clip

WIDTH, HEADS, LAYERS, OUT = 32, 4, 2, 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("clip") / "clip-vit-base-patch32"
    write_clip(made, WIDTH, OUT, HEADS, LAYERS)
    return made


def plain_text_tower(state, ids):
    """Radford 2021's text transformer: causal, pre-norm, quick GELU; (sentence, words) of ids [77]."""

    def linear(x, name):
        return F.linear(x, state[f"{name}.weight"], state.get(f"{name}.bias"))

    def norm(x, name):
        return F.layer_norm(x, (WIDTH,), state[f"{name}.weight"], state[f"{name}.bias"])

    text = "text_model."
    x = state[f"{text}embeddings.token_embedding.weight"][ids]
    x = x + state[f"{text}embeddings.position_embedding.weight"]
    causal = torch.full((77, 77), -torch.inf).triu(1)
    for number in range(LAYERS):
        layer = f"{text}encoder.layers.{number}."
        normed = norm(x, f"{layer}layer_norm1")
        q, k, v = (linear(normed, f"{layer}self_attn.{name}_proj") for name in "qkv")
        heads = []
        for head in range(HEADS):
            own = slice(head * WIDTH // HEADS, (head + 1) * WIDTH // HEADS)
            scores = q[:, own] @ k[:, own].T / (WIDTH // HEADS) ** 0.5 + causal
            heads.append(scores.softmax(-1) @ v[:, own])
        x = x + linear(torch.cat(heads, dim=-1), f"{layer}self_attn.out_proj")
        hidden = linear(norm(x, f"{layer}layer_norm2"), f"{layer}mlp.fc1")
        x = x + linear(hidden * torch.sigmoid(1.702 * hidden), f"{layer}mlp.fc2")
    x = norm(x, f"{text}final_layer_norm")
    return linear(x[ids.index(END)], "text_projection"), x


def ids_of(prompt):
    """Every letter a token, the last of a word marked; token 0 fills up."""
    tokens = [START]
    for word in prompt.split():
        tokens += [VOCABULARY.index(letter) for letter in word[:-1]] + [VOCABULARY.index(word[-1] + "</w>")]
    tokens = [*tokens[:76], END]
    return tokens + [0] * (77 - len(tokens))


def test_features_are_clips(folder):
    prompts = ["walk", "a person waves with both hands", "very " * 40 + "long"]
    encoder = load_text_encoder("clip", folder)
    features = encoder.encode(prompts)
    assert (encoder.sentence_dim, encoder.word_dim) == (OUT, WIDTH)
    assert features.words.shape == (3, 77, WIDTH)
    assert features.mask.all()
    state = CLIPTextModelWithProjection.from_pretrained(folder).state_dict()
    for row, prompt in enumerate(prompts):
        sentence, words = plain_text_tower(state, ids_of(prompt))
        torch.testing.assert_close(features.sentence[row], sentence, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(features.words[row], words, atol=1e-4, rtol=1e-4)


@pytest.mark.posix
def test_found_beside_the_model_or_in_the_hub_cache(folder, tmp_path, monkeypatch):
    model = folder.parent / "mmm-paper"
    assert find_text_encoder(paper_config(), model) == folder
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(InputError, match="openai/clip-vit-base-patch32"):
        find_text_encoder(paper_config(), tmp_path / "mmm-paper")
    repository = tmp_path / "models--openai--clip-vit-base-patch32"
    snapshot = repository / "snapshots" / "abc"
    snapshot.parent.mkdir(parents=True)
    snapshot.symlink_to(folder, target_is_directory=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc")
    assert find_text_encoder(paper_config(), tmp_path / "mmm-paper") == snapshot
