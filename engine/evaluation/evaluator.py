"""The trained retrieval network with its frozen text encoder: embeds clips and captions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.evaluation.retrieval import RetrievalNetwork, load_retrieval
from engine.models.text_encoder import TextEncoder, load_text_encoder
from engine.weights import BUNDLED, TEXT_ENCODER_FOLDERS

Array = NDArray[np.floating]


class Evaluator:
    """Maps motions and captions to unit vectors (N, latent) in the network's joint space."""

    def __init__(self, network: RetrievalNetwork, encoder: TextEncoder, batch_size: int = 64) -> None:
        self.network = network.eval()
        self.encoder = encoder
        self.batch_size = batch_size
        self._texts: dict[str, NDArray[np.float32]] = {}
        self._sentences: dict[str, NDArray[np.float32]] = {}

    @classmethod
    def load(cls, folder: Path) -> Evaluator:
        """From a folder written by :func:`engine.evaluation.retrieval.save_retrieval`, with the bundled
        text encoder that it was trained with, whichever the evaluated model uses.
        """
        network = load_retrieval(folder)
        kind = network.config.text_encoder
        return cls(network, load_text_encoder(kind, BUNDLED / TEXT_ENCODER_FOLDERS[kind]))

    @torch.inference_mode()
    def embed_motions(self, motions: Sequence[Array]) -> NDArray[np.float32]:
        """Features (T, 263) of any lengths -> (N, latent)."""
        chunks = [np.zeros((0, self.network.config.latent_dim), dtype=np.float32)]
        for start in range(0, len(motions), self.batch_size):
            padded, lengths = pad_motions(motions[start : start + self.batch_size])
            chunks.append(self.network.embed_motion(padded, lengths).numpy())
        return np.concatenate(chunks)

    def embed_texts(self, captions: Sequence[str]) -> NDArray[np.float32]:
        """Captions -> (N, latent); each different caption is encoded once in a lifetime."""
        self._encode(captions)
        return np.stack([self._texts[caption] for caption in captions])

    def sentence_features(self, captions: Sequence[str]) -> NDArray[np.float32]:
        """The text encoder's own sentence features (N, D), which know nothing of motion."""
        self._encode(captions)
        return np.stack([self._sentences[caption] for caption in captions])

    @torch.inference_mode()
    def _encode(self, captions: Sequence[str]) -> None:
        missing = sorted(set(captions) - self._texts.keys(), key=len)
        for start in range(0, len(missing), self.batch_size):
            batch = missing[start : start + self.batch_size]
            features = self.encoder.encode(batch)
            latent = self.network.embed_text(features).numpy()
            for row, caption in enumerate(batch):
                self._texts[caption] = latent[row]
                self._sentences[caption] = features.sentence[row].numpy()


def pad_motions(motions: Sequence[Array]) -> tuple[Tensor, Tensor]:
    """Stack (T, F) clips of different lengths: features [B, T_max, F] zero padded, lengths [B]."""
    lengths = torch.tensor([len(motion) for motion in motions])
    padded = torch.zeros(len(motions), int(lengths.max()), motions[0].shape[1])
    for row, motion in enumerate(motions):
        padded[row, : len(motion)] = torch.as_tensor(np.asarray(motion, dtype=np.float32))
    return padded, lengths
