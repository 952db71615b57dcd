"""The published evaluator's files -> an evaluator folder of ours."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from engine.conversion.checkpoint import Checkpoint, read_checkpoint
from engine.conversion.statistics import read_statistics
from engine.conversion.word_list import read_word_vectors
from engine.evaluation.paper.evaluator import TAGS, save_evaluator
from engine.evaluation.paper.network import HIDDEN_FEATURES, PublishedConfig, PublishedNetwork
from engine.meta_rules import read_meta_rules
from engine.models.errors import ModelError
from engine.models.tensor_file import check_tensors

# What a training run left in the file beside the networks.
IGNORED = ("opt_", "epoch", "iter", "niter", "ep", "total_it")


def convert_evaluator(
    matching: Path,
    words: Path,
    out: Path,
    mean: Path | None = None,
    std: Path | None = None,
    lengths: Path | None = None,
) -> PublishedConfig:
    """Write `out` from `text_mot_match/model/finest.tar` and the folder of word vectors.

    Args:
        mean, std: what motions are normalised with; by default as in MMM's tables on HumanML3D, which use the
            statistics that the published tokenizer was trained with
        lengths: `length_est_bigru/model/latest.tar`, for rows with guessed lengths

    Every tensor of the networks has to be known and of the shape that the others imply: ModelError names the
    first that is not, and nothing is written then. Code in the files is never run.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelError(f"{out} is there already: name another folder, or remove it first")
    parts = {
        entry: read_checkpoint(matching, entry, IGNORED)
        for entry in ("movement_encoder", "motion_encoder", "text_encoder")
    }
    estimator = None if lengths is None else read_checkpoint(lengths, "estimator", IGNORED)
    vocabulary, vectors = read_word_vectors(words)
    config = _sizes(parts, estimator, len(vocabulary))
    if vectors.shape[1] != config.word_dim:
        raise ModelError(f"{words} has vectors of {vectors.shape[1]} numbers, the evaluator reads {config.word_dim}")
    statistics = read_statistics(mean, std, config.feature_dim)
    state: dict[str, Tensor] = {"mean": statistics.mean, "std": statistics.std, "word_vectors": vectors}
    state |= _movement(parts["movement_encoder"], config)
    state |= _summary(
        parts["motion_encoder"],
        "motion",
        config.movement_dim,
        config.motion_width,
        "output_net",
        (config.motion_width, config.latent_dim),
    )
    state |= _summary(
        parts["text_encoder"],
        "text",
        config.word_dim,
        config.text_width,
        "output_net",
        (config.text_width, config.latent_dim),
    )
    state |= _tags(parts["text_encoder"], "text", config)
    if estimator is not None:
        wide = config.length_width
        state |= _summary(
            estimator, "length", config.word_dim, wide, "output", (wide, wide // 2, wide // 4, config.lengths)
        )
        state |= _tags(estimator, "length", config)
        estimator.finish()
    for part in parts.values():
        part.finish()
    read_meta_rules()
    with torch.device("meta"):
        check_tensors(matching, state, PublishedNetwork(config))
    save_evaluator(out, config, {key: tensor.contiguous() for key, tensor in state.items()}, vocabulary)
    return config


def _sizes(parts: dict[str, Checkpoint], estimator: Checkpoint | None, words: int) -> PublishedConfig:
    """What the shapes say."""
    movement, motion, text = parts["movement_encoder"], parts["motion_encoder"], parts["text_encoder"]
    width, seen, _ = movement.shape("main.0.weight", 3)
    word_dim, tags = text.shape("pos_emb.weight", 2)
    if tags != len(TAGS):
        raise ModelError(f"{text.path}: tensor pos_emb.weight is of {tags} tags, known are {len(TAGS)}")
    return PublishedConfig(
        feature_dim=seen + HIDDEN_FEATURES,
        words=words,
        movement_width=width,
        movement_dim=movement.shape("out_net.weight", 2)[0],
        motion_width=motion.shape("input_emb.weight", 2)[0],
        text_width=text.shape("input_emb.weight", 2)[0],
        latent_dim=motion.shape("output_net.3.weight", 2)[0],
        word_dim=word_dim,
        tags=tags,
        lengths=0 if estimator is None else estimator.shape("output.9.weight", 2)[0],
        length_width=512 if estimator is None else estimator.shape("input_emb.weight", 2)[0],
    )


def _movement(source: Checkpoint, config: PublishedConfig) -> dict[str, Tensor]:
    seen = config.feature_dim - HIDDEN_FEATURES
    return {
        **_pair(source, "main.0", "first", config.movement_width, seen, 4),
        **_pair(source, "main.3", "second", config.movement_dim, config.movement_width, 4),
        **_pair(source, "out_net", "movement", config.movement_dim, config.movement_dim),
    }


def _summary(
    source: Checkpoint, ours: str, inputs: int, width: int, head: str, widths: tuple[int, ...]
) -> dict[str, Tensor]:
    tensors = _pair(source, "input_emb", f"{ours}.input", width, inputs)
    tensors[f"{ours}.start"] = source.take("hidden", 2, 1, width)
    for way in ("l0", "l0_reverse"):
        for side in ("ih", "hh"):
            tensors[f"{ours}.gru.weight_{side}_{way}"] = source.take(f"gru.weight_{side}_{way}", 3 * width, width)
            tensors[f"{ours}.gru.bias_{side}_{way}"] = source.take(f"gru.bias_{side}_{way}", 3 * width)
    before = 2 * width
    for place, after in enumerate(widths):
        tensors |= _pair(source, f"{head}.{3 * place}", f"{ours}.head.{3 * place}", after, before)
        if place < len(widths) - 1:
            tensors |= _pair(source, f"{head}.{3 * place + 1}", f"{ours}.head.{3 * place + 1}", after)
        before = after
    return tensors


def _tags(source: Checkpoint, ours: str, config: PublishedConfig) -> dict[str, Tensor]:
    return _pair(source, "pos_emb", f"{ours}.tag", config.word_dim, config.tags)


def _pair(source: Checkpoint, theirs: str, ours: str, *shape: int) -> dict[str, Tensor]:
    """Weight and bias of a layer."""
    return {
        f"{ours}.weight": source.take(f"{theirs}.weight", *shape),
        f"{ours}.bias": source.take(f"{theirs}.bias", shape[0]),
    }
