"""A toy data set and text encoder shared by the evaluation tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch

from engine.models.text_features import TextFeatures

KINDS = ("walk", "run", "jump", "kick", "wave", "sit", "turn", "crawl")


class HashEncoder:
    """Each word a fixed random vector; the sentence is their mean."""

    sentence_dim = word_dim = 16

    def encode(self, prompts: list[str]) -> TextFeatures:
        split = [prompt.split() for prompt in prompts]
        width = max(map(len, split))
        words = torch.zeros(len(prompts), width, self.word_dim)
        mask = torch.zeros(len(prompts), width, dtype=torch.bool)
        for row, tokens in enumerate(split):
            for column, word in enumerate(tokens):
                seed = int.from_bytes(hashlib.md5(word.encode()).digest()[:4], "little")
                words[row, column] = torch.from_numpy(np.random.default_rng(seed).normal(size=self.word_dim))
            mask[row, : len(tokens)] = True
        sentence = words.sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return TextFeatures(sentence, words, mask)


def toy_motion(kind: int, variant: int, frames: int) -> np.ndarray:
    """Features (T, 263): a frequency for the kind, a few columns for the variant."""
    rng = np.random.default_rng(1000 * kind + variant)
    motion = 0.1 * rng.normal(size=(frames, 263))
    wave = np.sin(np.arange(frames) * 0.15 * (kind + 1))
    motion[:, 4 + 8 * kind : 12 + 8 * kind] += 2.0 * wave[:, None]
    motion[:, 100 + 8 * variant : 108 + 8 * variant] += 2.0
    return motion.astype(np.float32)


def write_toy_data(root: Path, variants: int = 4) -> Path:
    """8 kinds x `variants` clips in HumanML3D's layout, the same clips in every split."""
    (root / "new_joint_vecs").mkdir(parents=True)
    (root / "texts").mkdir()
    names, rows = [], ["name,trial,group"]
    for kind, word in enumerate(KINDS):
        for variant in range(variants):
            name = f"{kind}{variant:03d}"
            motion = toy_motion(kind, variant, 48 + 4 * variant)
            np.save(root / "new_joint_vecs" / f"{name}.npy", motion)
            lines = [
                f"someone {word}s style{variant}#someone/NOUN#0.0#0.0",
                f"a person {word}s like style{variant}##0.0#nan",
                f"{word} style{variant}##0#0",
            ]
            (root / "texts" / f"{name}.txt").write_text("\n".join(lines) + "\n")
            names.append(name)
            rows.append(f"{name},trial{name},{'climbing' if word == 'crawl' else 'plain'}")
    for split in ("train", "val", "test"):
        (root / f"{split}.txt").write_text("\n".join(names) + "\n")
    (root / "clips.csv").write_text("\n".join(rows) + "\n")
    np.save(root / "Mean.npy", np.zeros(263, dtype=np.float32))
    np.save(root / "Std.npy", np.ones(263, dtype=np.float32))
    return root
