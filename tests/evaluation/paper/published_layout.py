"""A random evaluator in the published files' names and layout, of any size, and data in HumanML3D's layout."""

import pickle
from dataclasses import dataclass

import numpy as np
import torch

WORDS = ["unk", "sos", "eos", "a", "person", "walk", "slowly", "left", "hand", "the", "wave", "very"]


@dataclass(frozen=True)
class Sizes:
    """The published ones."""

    features: int = 263
    movement: int = 512
    motion: int = 1024
    text: int = 512
    latent: int = 512
    word: int = 300
    lengths: int = 50
    estimator: int = 512


TINY = Sizes(movement=12, motion=10, text=8, latent=6, word=5, estimator=16)


def evaluator_file(sizes, seed=0):
    """Contents of text_mot_match/model/finest.tar."""
    made = _Maker(seed)
    return {
        "movement_encoder": {
            **made.layer("main.0", sizes.movement, sizes.features - 4, 4),
            **made.layer("main.3", sizes.movement, sizes.movement, 4),
            **made.layer("out_net", sizes.movement, sizes.movement),
        },
        "motion_encoder": made.summary(sizes.movement, sizes.motion, "output_net", (sizes.motion, sizes.latent)),
        "text_encoder": {
            **made.summary(sizes.word, sizes.text, "output_net", (sizes.text, sizes.latent)),
            **made.layer("pos_emb", sizes.word, 15),
        },
        "opt_text_encoder": {"state": {}, "param_groups": [{"lr": 1e-4}]},
        "epoch": 3,
    }


def length_file(sizes, seed=1):
    """Contents of length_est_bigru/model/finest.tar."""
    made, wide = _Maker(seed), sizes.estimator
    estimator = made.summary(sizes.word, wide, "output", (wide, wide // 2, wide // 4, sizes.lengths))
    return {"estimator": {**estimator, **made.layer("pos_emb", sizes.word, 15)}, "epoch": 1}


def write_evaluator(folder, sizes, lengths=True):
    """All files; returns the arguments of convert_evaluator, but for `out`."""
    words = folder / "glove"
    words.mkdir(parents=True)
    rng = np.random.default_rng(0)
    np.save(words / "our_vab_data.npy", rng.normal(size=(len(WORDS), sizes.word)))
    shuffled = {word: (number * 5) % len(WORDS) for number, word in enumerate(WORDS)}
    (words / "our_vab_words.pkl").write_bytes(pickle.dumps(WORDS))
    (words / "our_vab_idx.pkl").write_bytes(pickle.dumps(shuffled))
    torch.save(evaluator_file(sizes), folder / "finest.tar")
    np.save(folder / "mean.npy", rng.normal(size=sizes.features))
    np.save(folder / "std.npy", rng.uniform(0.5, 2.0, sizes.features))
    given = {"matching": folder / "finest.tar", "words": words, "mean": folder / "mean.npy", "std": folder / "std.npy"}
    if lengths:
        torch.save(length_file(sizes), folder / "lengths.tar")
        given["lengths"] = folder / "lengths.tar"
    return given


def write_data(root, motions, fps=20.0):
    """HumanML3D's folders: one clip a motion (T, F), with two captions of tagged words each."""
    for name in ("new_joint_vecs", "texts"):
        (root / name).mkdir(parents=True)
    names = []
    for number, motion in enumerate(motions):
        name = f"{number:06d}"
        np.save(root / "new_joint_vecs" / f"{name}.npy", motion)
        lines = [
            "a person walks slowly#a/DET person/NOUN walk/VERB slowly/ADV#0.0#0.0",
            f"waves {number} times#wave/VERB {number}/NUM time/NOUN#0.0#0.0",
        ]
        (root / "texts" / f"{name}.txt").write_text("\n".join(lines) + "\n")
        names.append(name)
    (root / "test.txt").write_text("\n".join([*names, "999999"]) + "\n")
    return root


class _Maker:
    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def values(self, *shape):
        return torch.randn(shape, generator=self.generator) / max(1, int(np.prod(shape[1:]))) ** 0.5

    def layer(self, name, *shape):
        return {f"{name}.weight": self.values(*shape), f"{name}.bias": self.values(shape[0])}

    def summary(self, inputs, width, head, widths):
        tensors = {**self.layer("input_emb", width, inputs), "hidden": self.values(2, 1, width)}
        for way in ("l0", "l0_reverse"):
            for side in ("ih", "hh"):
                tensors[f"gru.weight_{side}_{way}"] = self.values(3 * width, width)
                tensors[f"gru.bias_{side}_{way}"] = self.values(3 * width)
        before = 2 * width
        for place, after in enumerate(widths):
            tensors |= self.layer(f"{head}.{3 * place}", after, before)
            if place < len(widths) - 1:
                tensors |= self.layer(f"{head}.{3 * place + 1}", after)
            before = after
        return tensors
