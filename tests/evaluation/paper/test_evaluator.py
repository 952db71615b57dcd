"""The published evaluator, converted: against a plain restatement in numpy, and what is refused."""

import pickle

import numpy as np
import pytest
import torch

from engine.conversion.evaluator import convert_evaluator
from engine.evaluation.paper.evaluator import load_evaluator
from engine.models.errors import ModelError
from tests.evaluation.paper.published_layout import TINY, WORDS, Sizes, evaluator_file, write_evaluator


@pytest.fixture
def files(tmp_path):
    return write_evaluator(tmp_path / "published", TINY)


@pytest.fixture
def evaluator(files, tmp_path):
    convert_evaluator(**files, out=tmp_path / "evaluator")
    return load_evaluator(tmp_path / "evaluator")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def leaky(x):
    return np.where(x > 0, x, 0.2 * x)


def plain_summary(state, head, inputs):
    """Of one sequence (N, D): step by step, forward and backward."""
    x = inputs @ state["input_emb.weight"].T + state["input_emb.bias"]
    lasts = []
    for direction, way in enumerate(("l0", "l0_reverse")):
        hidden = state["hidden"][direction, 0]
        for step in x if direction == 0 else x[::-1]:
            own = state[f"gru.weight_ih_{way}"] @ step + state[f"gru.bias_ih_{way}"]
            before = state[f"gru.weight_hh_{way}"] @ hidden + state[f"gru.bias_hh_{way}"]
            (r, z, n), (hr, hz, hn) = np.split(own, 3), np.split(before, 3)
            update = sigmoid(z + hz)
            hidden = (1 - update) * np.tanh(n + sigmoid(r + hr) * hn) + update * hidden
        lasts.append(hidden)
    y = np.concatenate(lasts)
    place = 0
    while f"{head}.{place}.weight" in state:
        y = state[f"{head}.{place}.weight"] @ y + state[f"{head}.{place}.bias"]
        if f"{head}.{place + 1}.weight" in state:
            y = (y - y.mean()) / np.sqrt(y.var() + 1e-5)
            y = leaky(y * state[f"{head}.{place + 1}.weight"] + state[f"{head}.{place + 1}.bias"])
        place += 3
    return y


def plain_convolution(x, weight, bias):
    """(T, C) -> (T / 2, D): windows of 4, steps of 2, one zero at either end."""
    padded = np.pad(x, ((1, 1), (0, 0)))
    return np.stack([np.einsum("kc,dck->d", padded[i : i + 4], weight) + bias for i in range(0, len(padded) - 3, 2)])


def as_numpy(state):
    return {key: value.double().numpy() for key, value in state.items()}


def test_motions_are_embedded_as_published(files, evaluator):
    content = evaluator_file(TINY)
    movement, motion = as_numpy(content["movement_encoder"]), as_numpy(content["motion_encoder"])
    mean, std = np.load(files["mean"]), np.load(files["std"])
    motions = [np.random.default_rng(seed).normal(size=(frames, 263)) for seed, frames in enumerate((196, 43))]
    made = evaluator.embed_motions(motions)
    for row, features in enumerate(motions):
        whole = len(features) // 4 * 4
        x = np.zeros((196, 263))
        x[:whole] = (features[:whole] - mean) / std
        for layer in ("main.0", "main.3"):
            x = leaky(
                plain_convolution(
                    x[:, :259] if layer == "main.0" else x, movement[f"{layer}.weight"], movement[f"{layer}.bias"]
                )
            )
        steps = (x @ movement["out_net.weight"].T + movement["out_net.bias"])[: whole // 4]
        np.testing.assert_allclose(made[row], plain_summary(motion, "output_net", steps), atol=1e-4)
    np.testing.assert_allclose(evaluator.embed_motions(motions[1:])[0], made[1], atol=1e-5)
    longer = np.concatenate((motions[1][:40], np.tile(mean, (20, 1))))
    np.testing.assert_allclose(evaluator.embed_motions(motions[1:], [60]), evaluator.embed_motions([longer]), atol=1e-5)


def test_sentences_are_read_as_published(files, evaluator):
    state = as_numpy(evaluator_file(TINY)["text_encoder"])
    vectors, numbers = (
        np.load(files["words"] / "our_vab_data.npy"),
        pickle.loads((files["words"] / "our_vab_idx.pkl").read_bytes()),
    )
    sentences = [
        ["a/DET", "person/NOUN", "walk/VERB", "slowly/ADV"],
        ["left/ADJ", "hand/NOUN", "somersault/NOUN", "very/X"],
        ["the/DET"] * 25,
    ]
    # Words of a group have the group's tag; unknown words and tags have the last one.
    read = [
        [("a", 2), ("person", 1), ("walk", 12), ("slowly", 13)],
        [("left", 9), ("hand", 10), ("unk", 14), ("very", 14)],
        [("the", 2)] * 20,
    ]
    made = evaluator.embed_texts(sentences)
    for row, words in enumerate(read):
        marked = [("sos", 14), *words, ("eos", 14)]
        x = np.stack(
            [vectors[numbers[word]] + state["pos_emb.weight"][:, tag] + state["pos_emb.bias"] for word, tag in marked]
        )
        np.testing.assert_allclose(made[row], plain_summary(state, "output_net", x), atol=1e-4)


def test_lengths_are_drawn_as_likely_as_they_are_found(evaluator):
    sentence = [["a/DET", "person/NOUN"]]
    drawn = np.array([evaluator.guess_lengths(sentence, seed)[0] for seed in range(400)])
    assert (drawn % 4 == 0).all() and drawn.min() >= 4
    with torch.inference_mode():
        shares = evaluator.network.length_logits(*evaluator._read(sentence)).softmax(-1)[0].numpy()
    expected = 4 * (np.maximum(np.arange(len(shares)), 1) * shares).sum()
    assert abs(drawn.mean() - expected) < 4 * drawn.std() / 20


def test_published_sizes_fit(tmp_path):
    config = convert_evaluator(**write_evaluator(tmp_path / "published", Sizes()), out=tmp_path / "evaluator")
    assert (config.motion_width, config.text_width, config.latent_dim, config.lengths) == (1024, 512, 512, 50)
    assert (config.feature_dim, config.word_dim, config.words) == (263, 300, len(WORDS))


def broken(change):
    content = evaluator_file(TINY)
    change(content)
    return content


REFUSED = [
    (lambda c: c["text_encoder"].pop("hidden"), "lacks tensor hidden"),
    (lambda c: c["motion_encoder"].update(stray=torch.zeros(1)), "unknown tensor stray"),
    (lambda c: c["motion_encoder"].update(hidden=torch.zeros(2, 1, 3)), r"tensor hidden has shape \[2, 1, 3\]"),
    (lambda c: c["movement_encoder"]["main.3.bias"].fill_(torch.inf), "main.3.bias holds .* not finite"),
    (lambda c: c.update(net={}), "unknown entry 'net'"),
    (lambda c: c.pop("motion_encoder"), "no entry 'motion_encoder': it is an evaluator's"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_files_that_do_not_fit_are_refused_by_name(files, tmp_path, change, message):
    torch.save(broken(change), files["matching"])
    with pytest.raises(ModelError, match=message):
        convert_evaluator(**files, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_code_in_any_file_is_refused_and_not_run(files, tmp_path):
    for name, message in (("our_vab_words.pkl", "our_vab_words.pkl is refused"), ("finest.tar", "finest.tar is ref")):
        path = files["matching"] if name == "finest.tar" else files["words"] / name
        whole = path.read_bytes()
        if name == "finest.tar":
            torch.save(broken(lambda c: c.update(epoch=Evil(tmp_path / "ran"))), path)
        else:
            path.write_bytes(pickle.dumps([Evil(tmp_path / "ran")]))
        with pytest.raises(ModelError, match=message):
            convert_evaluator(**files, out=tmp_path / "out")
        assert not (tmp_path / "ran").exists()
        path.write_bytes(whole)
    (files["words"] / "our_vab_idx.pkl").write_bytes(pickle.dumps({"walk": 0}))
    with pytest.raises(ModelError, match="does not number the words"):
        convert_evaluator(**files, out=tmp_path / "out")
    with pytest.raises(ModelError, match="convert-evaluator"):
        load_evaluator(tmp_path)
