"""all-MiniLM-L6-v2 (Reimers 2019, Wang 2020): word pieces and a small BERT (Devlin 2019), read without transformers.

Importing transformers takes longer than all the rest of a cold start; for one encoder of six blocks there is no need.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.errors import InputError
from engine.files.text import HOSTILE, read_json, read_text, told
from engine.models.errors import ModelError
from engine.models.text_features import TextFeatures

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_WORDS = 64
WEIGHTS_NAME = "model.safetensors"
VOCABULARY_NAME = "vocab.txt"
# What the exported folder may hold beside what is computed with.
UNUSED = ("pooler.", "embeddings.position_ids")
PAD, UNKNOWN, START, END, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"


@dataclass(frozen=True)
class BertSizes:
    """What config.json says of a BERT: only what its computation depends on."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    layer_norm_eps: float

    @classmethod
    def read(cls, path: Path) -> BertSizes:
        """Raises ModelError for what is no config of a BERT that this module computes."""
        try:
            content = read_json(path)
            sizes = cls(
                int(content["hidden_size"]),
                int(content["num_hidden_layers"]),
                int(content["num_attention_heads"]),
                float(content["layer_norm_eps"]),
            )
            known = content.get("hidden_act") == "gelu" and content.get("model_type") == "bert"
        except (InputError, *HOSTILE) as error:
            raise ModelError(f"cannot load the text encoder from {path.parent}: {told(error)}") from error
        if not known or sizes.num_attention_heads < 1 or sizes.hidden_size % sizes.num_attention_heads:
            raise ModelError(f"cannot load the text encoder from {path.parent}: its config.json is not MiniLM's")
        return sizes


class SmallBert:
    """BERT's encoder for inference: ids and mask -> the embedding layer's output and the last hidden states.

    The word table stays in the file's own type, mapped and unread but for the rows that a prompt needs.
    """

    def __init__(self, tensors: dict[str, Tensor], sizes: BertSizes) -> None:
        """Raises KeyError and ValueError if tensors are missing, left over or of other shapes."""
        left = {key: value for key, value in tensors.items() if not key.startswith(UNUSED)}
        width = sizes.hidden_size

        def take(name: str, *shape: int) -> Tensor:
            found = left.pop(name)
            if len(found.shape) != len(shape) or any(
                wanted not in (own, -1) for own, wanted in zip(found.shape, shape, strict=True)
            ):
                raise ValueError(f"tensor {name} has shape {list(found.shape)}")
            return found

        def layer(name: str, out: int, into: int) -> tuple[Tensor, Tensor]:
            return take(f"{name}.weight", out, into).float(), take(f"{name}.bias", out).float()

        def norm(name: str) -> tuple[Tensor, Tensor]:
            return take(f"{name}.weight", width).float(), take(f"{name}.bias", width).float()

        self.sizes = sizes
        self.words = take("embeddings.word_embeddings.weight", -1, width)
        self.places = take("embeddings.position_embeddings.weight", -1, width)
        self.first_type = take("embeddings.token_type_embeddings.weight", -1, width)[0].float()
        self.norm = norm("embeddings.LayerNorm")
        self.blocks = []
        for number in range(sizes.num_hidden_layers):
            block = f"encoder.layer.{number}"
            three = [layer(f"{block}.attention.self.{name}", width, width) for name in ("query", "key", "value")]
            weight, bias = (torch.cat(parts) for parts in zip(*three, strict=True))
            inner = left[f"{block}.intermediate.dense.bias"].shape[0]
            self.blocks.append(
                (
                    (weight, bias),
                    layer(f"{block}.attention.output.dense", width, width),
                    norm(f"{block}.attention.output.LayerNorm"),
                    layer(f"{block}.intermediate.dense", inner, width),
                    layer(f"{block}.output.dense", width, inner),
                    norm(f"{block}.output.LayerNorm"),
                )
            )
        if left:
            raise ValueError(f"unknown tensor {min(left)}")

    def __call__(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Ids [B, W], and mask [B, W] true where a word is -> embeddings and last hidden states, both [B, W, D]."""
        words, places = F.embedding(ids, self.words).float(), self.places[: ids.shape[1]].float()
        x = embedded = self._normalise(words + self.first_type + places, self.norm)
        hidden = torch.zeros(mask.shape).masked_fill_(~mask, -torch.inf)[:, None, None]
        for joint, output, norm, widen, narrow, last_norm in self.blocks:
            three = F.linear(x, *joint).unflatten(-1, (3, self.sizes.num_attention_heads, -1)).permute(2, 0, 3, 1, 4)
            query, key, value = three.unbind(0)
            found = F.scaled_dot_product_attention(query, key, value, hidden)
            x = self._normalise(x + F.linear(found.transpose(1, 2).flatten(2), *output), norm)
            x = self._normalise(x + F.linear(F.gelu(F.linear(x, *widen)), *narrow), last_norm)
        return embedded, x

    def _normalise(self, x: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        return F.layer_norm(x, norm[0].shape, *norm, self.sizes.layer_norm_eps)


class MiniLmEncoder:
    """Prompts -> features.

    sentence: mean over the last hidden states, L2-normalised [B, 384]
    words: the last hidden states, with start and end marks [B, W, 384]; `wide` puts the embedding
        layer's output before them [B, W, 768]. The last layer hardly tells "left" from "right"
        (cosine .87 between the two words in one sentence, .99 between everything around them); the
        first one does, and knows each word's place as well.
    """

    def __init__(self, tokenizer: Tokenizer, bert: SmallBert, wide: bool = False) -> None:
        self._tokenizer, self._bert, self._wide = tokenizer, bert, wide
        self.sentence_dim = bert.sizes.hidden_size
        self.word_dim = self.sentence_dim * (2 if wide else 1)

    @classmethod
    def from_folder(cls, folder: Path, wide: bool = False) -> MiniLmEncoder:
        """Raises ModelError for a folder that is incomplete or damaged."""
        sizes = BertSizes.read(folder / "config.json")
        try:
            tokenizer = read_word_pieces(folder / VOCABULARY_NAME)
            bert = SmallBert(load_file(folder / WEIGHTS_NAME), sizes)
        except (InputError, SafetensorError, OSError, *HOSTILE) as error:
            raise ModelError(f"cannot load the text encoder from {folder}: {told(error)}") from error
        if tokenizer.get_vocab_size() > len(bert.words):
            raise ModelError(f"cannot load the text encoder from {folder}: {VOCABULARY_NAME} has too many words")
        return cls(tokenizer, bert, wide)

    @torch.inference_mode()
    def encode(self, prompts: list[str]) -> TextFeatures:
        """Features on the CPU in fp32; what goes beyond MOST_WORDS word pieces is not read."""
        read = self._tokenizer.encode_batch(prompts)
        ids = torch.tensor([one.ids for one in read])
        mask = torch.tensor([one.attention_mask for one in read]).bool()
        embedded, words = self._bert(ids, mask)
        total = (words * mask[..., None]).sum(1)
        sentence = F.normalize(total / mask.sum(1, keepdim=True), dim=-1)
        return TextFeatures(sentence, torch.cat([embedded, words], dim=-1) if self._wide else words, mask)


def read_word_pieces(path: Path) -> Tokenizer:
    """BERT's uncased tokenizer of a vocabulary, a word piece a line.

    Raises ValueError if its marks are missing, InputError if it cannot be read.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    # Some pieces are what Python takes for the end of a line as well.
    pieces = read_text(path).rstrip("\n").split("\n")
    vocabulary = {piece.rstrip("\r"): number for number, piece in enumerate(pieces)}
    missing = [mark for mark in (PAD, UNKNOWN, START, END, MASK) if mark not in vocabulary]
    if missing:
        raise ValueError(f"{path.name} lacks {missing[0]}")
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing((END, vocabulary[END]), (START, vocabulary[START]))
    tokenizer.add_special_tokens([PAD, UNKNOWN, START, END, MASK])
    tokenizer.enable_truncation(MOST_WORDS)
    tokenizer.enable_padding(pad_id=vocabulary[PAD], pad_token=PAD)
    return tokenizer
