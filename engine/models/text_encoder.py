"""Text encoders, loaded from a local folder and never from the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import nn

from engine.meta_rules import read_meta_rules
from engine.models.config import TextEncoderKind
from engine.models.errors import ModelError
from engine.models.minilm import VOCABULARY_NAME, MiniLmEncoder
from engine.models.text_features import TextFeatures

if TYPE_CHECKING:
    from transformers import BatchEncoding


class TextEncoder(Protocol):
    """Turns prompts into features for the transformer."""

    sentence_dim: int
    word_dim: int

    def encode(self, prompts: list[str]) -> TextFeatures:
        """Features of the prompts, on the CPU in fp32; W is the longest prompt's length."""


class ClipEncoder:
    """CLIP ViT-B/32's text side (Radford 2021), as in the paper.

    sentence: the projected end-of-text feature, not normalised [B, 512]
    words: the hidden states of all 77 places after the final layer norm, not projected [B, 77, 512];
        what follows the end-of-text mark is read as well, so the mask hides nothing

    As OpenAI's own tokenizer does, prompts are filled up with token 0; the Hugging Face one would repeat
    the end-of-text mark, which gives other features there.
    """

    context = 77

    def __init__(self, tokenizer: Any, model: nn.Module) -> None:
        self._tokenizer = tokenizer
        self._model = model.eval()
        self.sentence_dim = int(model.config.projection_dim)  # type: ignore[union-attr, arg-type]
        self.word_dim = int(model.config.hidden_size)  # type: ignore[union-attr, arg-type]

    @classmethod
    def from_folder(cls, folder: Path) -> ClipEncoder:
        _check_folder(folder, "vocab.json")
        # transformers takes two seconds to import, which only those who have CLIP read text should pay.
        read_meta_rules()
        from transformers import CLIPTextModelWithProjection, CLIPTokenizer

        tokenizer = _load(CLIPTokenizer, folder)
        model = _load(CLIPTextModelWithProjection, folder, dtype=torch.float32)
        return cls(tokenizer, model)

    @torch.inference_mode()
    def encode(self, prompts: list[str]) -> TextFeatures:
        batch: BatchEncoding = self._tokenizer(prompts, truncation=True, max_length=self.context)
        ids = torch.zeros(len(prompts), self.context, dtype=torch.long)
        for row, own in zip(ids, batch["input_ids"], strict=True):
            row[: len(own)] = torch.tensor(own)
        output = self._model(input_ids=ids)
        words = output.last_hidden_state.clone()
        return TextFeatures(output.text_embeds.clone(), words, torch.ones(words.shape[:2], dtype=torch.bool))


def load_text_encoder(kind: TextEncoderKind, folder: Path) -> TextEncoder:
    """The encoder a model config asks for."""
    if kind in ("minilm", "minilm_wide"):
        _check_folder(folder, VOCABULARY_NAME)
        return MiniLmEncoder.from_folder(folder, wide=kind == "minilm_wide")
    return ClipEncoder.from_folder(folder)


def _check_folder(folder: Path, vocabulary: str) -> None:
    for name in ("config.json", vocabulary):
        if not (folder / name).is_file():
            raise ModelError(f"text encoder folder {folder} has no {name}")


def _load(kind: Any, folder: Path, **options: Any) -> Any:
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        return kind.from_pretrained(str(folder), local_files_only=True, **options)
    except Exception as error:
        # transformers lets whatever its parsers raise through: SafetensorError, OSError, KeyError.
        raise ModelError(f"cannot load the text encoder from {folder}: {error}") from error
