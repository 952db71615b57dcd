"""The bundled text encoder reads prompts as transformers does, without it."""

import json
import shutil
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from engine.models.errors import ModelError
from engine.models.minilm import MOST_WORDS, BertSizes, MiniLmEncoder, SmallBert, read_word_pieces
from engine.models.text_encoder import load_text_encoder

MINILM = Path(__file__).parents[2] / "weights" / "minilm"
PROMPTS = [
    "a person walks forward",
    "",
    "  Someone\tKICKS,\n then-jumps!  (twice) ",
    "un café à Zürich, déjà vu; 拳を振る и танцует 🕺 ①",
    "[CLS] the [MASK] person [SEP] waves [PAD]",
    "antidisestablishmentarianistically " + "x" * 120,
    "walks and " * 60,
    "\u2028one\x00two\ufffd\u200bthree",
]
SIZES = BertSizes(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, layer_norm_eps=1e-12)
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz", "##er", "walk", "\u2028", "##s"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny BERT with random weights, as transformers writes it."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=SIZES.hidden_size,
        num_hidden_layers=SIZES.num_hidden_layers,
        num_attention_heads=SIZES.num_attention_heads,
        intermediate_size=48,
        initializer_range=0.3,
    )
    made = tmp_path_factory.mktemp("minilm")
    BertModel(config).save_pretrained(made)
    (made / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return made


def by_transformers(folder, prompts):
    """Sentence, embeddings, last hidden states and mask of a BERT folder, wholly by transformers."""
    from transformers import BertModel, BertTokenizer

    tokenizer = BertTokenizer.from_pretrained(folder)
    model = BertModel.from_pretrained(folder, dtype=torch.float32).eval()
    batch = tokenizer(prompts, padding=True, truncation=True, max_length=MOST_WORDS, return_tensors="pt")
    with torch.inference_mode():
        output = model(**batch, output_hidden_states=True)
    last, mask = output.last_hidden_state, batch["attention_mask"].bool()
    sentence = F.normalize((last * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=-1)
    return batch["input_ids"], sentence, output.hidden_states[0], last, mask


def test_word_pieces_are_those_of_transformers():
    if not (MINILM / "vocab.txt").is_file():
        pytest.skip("weights/minilm has not been made")
    from transformers import BertTokenizer

    ours, theirs = read_word_pieces(MINILM / "vocab.txt"), BertTokenizer.from_pretrained(MINILM)
    wanted = theirs(PROMPTS, padding=True, truncation=True, max_length=MOST_WORDS)
    read = ours.encode_batch(PROMPTS)
    assert [one.ids for one in read] == wanted["input_ids"]
    assert [one.attention_mask for one in read] == wanted["attention_mask"]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("bundled", [False, True])
def test_features_are_those_of_transformers(folder, bundled, wide):
    if bundled and not (MINILM / "model.safetensors").is_file():
        pytest.skip("weights/minilm has not been made")
    where = MINILM if bundled else folder
    _, sentence, embedded, last, mask = by_transformers(where, PROMPTS)
    features = load_text_encoder("minilm_wide" if wide else "minilm", where).encode(PROMPTS)
    assert torch.equal(features.mask, mask)
    torch.testing.assert_close(features.sentence, sentence, atol=1e-5, rtol=0)
    words = torch.cat([embedded, last], dim=-1) if wide else last
    torch.testing.assert_close(features.words[mask], words[mask], atol=1e-5, rtol=1e-5)


def damaged(folder, tmp_path, change):
    made = tmp_path / "minilm"
    shutil.copytree(folder, made)
    change(made)
    return made


def without_a_tensor(made):
    tensors = load_file(made / "model.safetensors")
    del tensors["encoder.layer.1.output.dense.bias"]
    save_file(tensors, made / "model.safetensors")


def with_another_shape(made):
    tensors = load_file(made / "model.safetensors")
    tensors["encoder.layer.0.attention.self.key.weight"] = torch.zeros(32, 31)
    save_file(tensors, made / "model.safetensors")


def with_a_setting(name, value):
    def change(made):
        content = json.loads((made / "config.json").read_text())
        (made / "config.json").write_text(json.dumps(content | {name: value}))

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without_a_tensor, "encoder.layer.1.output.dense.bias"),
        (with_another_shape, "self.key.weight"),
        (lambda made: (made / "model.safetensors").unlink(), "model.safetensors"),
        (lambda made: (made / "model.safetensors").write_bytes(b"\x00" * 40), "text encoder"),
        (lambda made: (made / "vocab.txt").write_text("a\nb\n"), r"lacks \[PAD\]"),
        (lambda made: (made / "vocab.txt").write_bytes(b"\xff\xfe\x00"), "UTF-8"),
        (lambda made: (made / "vocab.txt").write_text("\n".join([*PIECES, "more"])), "too many"),
        (lambda made: (made / "config.json").write_text("[]"), "config.json|text encoder"),
        (with_a_setting("num_attention_heads", 5), "not MiniLM's"),
        (with_a_setting("num_attention_heads", 0), "not MiniLM's"),
        (with_a_setting("hidden_act", "relu"), "not MiniLM's"),
        (with_a_setting("hidden_size", None), "text encoder"),
        (with_a_setting("num_hidden_layers", 1), "unknown tensor encoder.layer.1"),
        (with_a_setting("num_hidden_layers", 10**9), "encoder.layer.2"),
    ],
)
def test_damage_is_one_clear_line(folder, tmp_path, change, told):
    made = damaged(folder, tmp_path, change)
    with pytest.raises(ModelError, match=told) as caught:
        MiniLmEncoder.from_folder(made)
    assert "\n" not in str(caught.value) and str(made) in str(caught.value)


def test_the_word_table_stays_in_its_file(folder):
    tensors = {key: value.half() for key, value in load_file(folder / "model.safetensors").items()}
    bert = SmallBert(tensors, SIZES)
    assert bert.words.dtype == torch.float16
    embedded, last = bert(torch.tensor([[2, 5, 3]]), torch.ones(1, 3, dtype=torch.bool))
    assert embedded.dtype == last.dtype == torch.float32
