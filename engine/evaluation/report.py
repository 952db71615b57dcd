"""One call, one table: real data, shuffled captions, tokenizer and model under the same protocol.

Every repeat draws one caption a clip and new pools; all rows share these draws, so that rows differ
by their motions only. Intervals are 95 %: 1.96 sigma / sqrt(repeats).

Rows:
    real                real clips, cropped by up to a token at random as the protocol does
    shuffled captions   the same with captions permuted at random: must sit at chance
    tokenizer           real clips through the tokenizer and back
    model               generated, lengths of the real clips
    model, own lengths  generated, lengths predicted from the captions

Small test sets repeat themselves: "R@3" is the protocol's (31 random others), "R@3 distinct" draws
pools in which no two clips share a caption or a trial (a mirrored twin shares its trial), so that
the 31 others are mismatches indeed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.clips import FPS, Clip, same_trial
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.metrics import (
    BoolArray,
    Estimate,
    diversity,
    estimate,
    frechet_distance,
    identical_captions,
    multimodality,
    retrieval_scores,
    similar_captions,
)
from engine.evaluation.physics import PhysicsScores, physics_scores
from engine.evaluation.reconstruction import TokenizerScores, reconstruct_all, tokenizer_scores
from engine.motion.features import features_to_joints

Array = NDArray[np.floating]
Generate = Callable[[list[str], list[int], int], Sequence[Array]]
"""captions, frame counts, seed -> features (T, 263) of each"""
PredictLengths = Callable[[list[str], int], list[int]]
"""captions, seed -> frame counts"""


@dataclass(frozen=True)
class ReportConfig:
    """The protocol's numbers; fewer generation repeats keep a CPU evaluation within minutes."""

    repeats: int = 20
    generation_repeats: int = 5
    pool_size: int = 32
    diversity_pairs: int = 300
    multimodality_captions: int = 20
    """0 leaves MultiModality out; the protocol takes 100 captions with 30 samples each"""
    multimodality_samples: int = 10
    timed_sentences: int = 10
    similar_caption: float | None = None
    """also keep captions with a higher cosine of sentence features out of a distinct pool"""
    max_frames: int = 196
    min_frames: int = 40
    seed: int = 0


@dataclass(frozen=True)
class Models:
    """What is evaluated; leave out what does not exist yet and its rows are left out."""

    reconstruct: Callable[[Array], Array] | None = None
    tokenize: Callable[[Array], NDArray[np.integer]] | None = None
    codebook_size: int | None = None
    generate: Generate | None = None
    predict_lengths: PredictLengths | None = None


@dataclass(frozen=True)
class Row:
    """One system's figures."""

    name: str
    metrics: dict[str, Estimate]
    physics: PhysicsScores
    seconds_per_sentence: float | None = None


@dataclass(frozen=True)
class Report:
    """All rows with what is needed to read them."""

    rows: tuple[Row, ...]
    tokenizer: TokenizerScores | None
    clips: int
    captions: int
    """different captions among the clips"""
    pool_size: int
    chance: float
    """R@3 of guessing"""
    fid_floor: float
    """FID between two random halves of the real clips: sampling noise at half the size"""


def evaluate(
    clips: Sequence[Clip],
    evaluator: Evaluator,
    models: Models,
    config: ReportConfig,
) -> Report:
    """Measure real data and every model given on the clips of a held-out split."""
    real = [clip.load()[: config.max_frames] for clip in clips]
    bench = _Bench(clips, real, evaluator, config)
    rows = [
        bench.row("real", bench.cropped, config.repeats),
        bench.row("shuffled captions", bench.cropped, config.repeats, shuffled=True),
    ]
    tokenizer = None
    if models.reconstruct is not None:
        restored = reconstruct_all(real, models.reconstruct)
        rows.append(bench.row("tokenizer", lambda captions, repeat: restored, config.repeats))
        tokenizer = tokenizer_scores(
            real,
            restored,
            [clip.group for clip in clips],
            tokens=[models.tokenize(motion) for motion in real] if models.tokenize else None,
            codebook_size=models.codebook_size,
        )
    if models.generate is not None:
        rows.append(bench.generated("model", models.generate, bench.real_lengths))
        if models.predict_lengths is not None:
            lengths = models.predict_lengths
            rows.append(bench.generated("model, own lengths", models.generate, lengths))
    return Report(
        rows=tuple(rows),
        tokenizer=tokenizer,
        clips=len(clips),
        captions=len({caption for clip in clips for caption in clip.captions}),
        pool_size=config.pool_size,
        chance=min(3 / config.pool_size, 1.0),
        fid_floor=bench.fid_floor(),
    )


class _Bench:
    """The shared draws: captions of each repeat, the real embeddings, the clips that conflict."""

    def __init__(
        self,
        clips: Sequence[Clip],
        real: list[NDArray[np.float32]],
        evaluator: Evaluator,
        config: ReportConfig,
    ) -> None:
        self.clips = clips
        self.real = real
        self.evaluator = evaluator
        self.config = config
        self.reference = evaluator.embed_motions(real)
        self.same_trial = same_trial(clips)

    def captions(self, repeat: int) -> list[str]:
        """One caption of every clip; the same for all rows in one repeat."""
        rng = self._rng(repeat, "captions")
        return [clip.captions[int(rng.integers(len(clip.captions)))] for clip in self.clips]

    def cropped(self, captions: list[str], repeat: int) -> list[NDArray[np.float32]]:
        """Real clips without 0 to 3 of their first frames."""
        offsets = self._rng(repeat, "crop").integers(0, 4, len(self.real))
        return [motion[offset:] for motion, offset in zip(self.real, offsets, strict=True)]

    def real_lengths(self, captions: list[str], seed: int) -> list[int]:
        """Frame counts of the real clips, for a list of all captions or the first few."""
        return [len(motion) for motion in self.real[: len(captions)]]

    def row(
        self,
        name: str,
        motions_of: Callable[[list[str], int], Sequence[Array]],
        repeats: int,
        shuffled: bool = False,
    ) -> Row:
        """Measure `motions_of(captions, repeat)`; physics on the first repeat."""
        values: dict[str, list[float]] = {}
        first: Sequence[Array] = ()
        for repeat in range(repeats):
            captions = self.captions(repeat)
            motions = motions_of(captions, repeat)
            first = first or motions
            if shuffled:
                # A plain permutation: forcing every caption off its own clip would lie below chance.
                order = self._rng(repeat, "shuffle").permutation(len(captions))
                captions = [captions[i] for i in order]
            latent = self.evaluator.embed_motions(motions)
            for metric, value in self._measure(captions, latent, repeat).items():
                values.setdefault(metric, []).append(value)
        return Row(
            name=name,
            metrics={metric: estimate(measured) for metric, measured in values.items()},
            physics=physics_scores(_joints(first), FPS),
        )

    def generated(self, name: str, generate: Generate, lengths_of: PredictLengths) -> Row:
        """A row for a generator, with its MultiModality and its time for one sentence."""
        config = self.config

        def motions_of(captions: list[str], repeat: int) -> Sequence[Array]:
            seed = config.seed + repeat
            return generate(captions, self._clamped(lengths_of(captions, seed)), seed)

        row = self.row(name, motions_of, config.generation_repeats)
        captions = self.captions(0)
        lengths = self._clamped(lengths_of(captions, config.seed))
        metrics = dict(row.metrics)
        count = min(config.multimodality_captions, len(captions))
        if count:
            each = config.multimodality_samples
            many = [caption for caption in captions[:count] for _ in range(each)]
            frames = [length for length in lengths[:count] for _ in range(each)]
            latent = self.evaluator.embed_motions(generate(many, frames, config.seed))
            samples = latent.reshape(count, each, -1)
            draws = [multimodality(samples, self._rng(repeat, "multimodality")) for repeat in range(config.repeats)]
            metrics["MModality"] = estimate(draws)
        seconds = _seconds_per_sentence(generate, captions, lengths, config)
        return Row(name, metrics, row.physics, seconds)

    def fid_floor(self) -> float:
        """Mean Frechet distance between random halves of the real clips."""
        half = len(self.reference) // 2
        values = []
        for repeat in range(self.config.repeats):
            order = self._rng(repeat, "halves").permutation(len(self.reference))
            left, right = self.reference[order[:half]], self.reference[order[half : 2 * half]]
            values.append(frechet_distance(left, right))
        return float(np.mean(values))

    def _measure(self, captions: list[str], latent: Array, repeat: int) -> dict[str, float]:
        config = self.config
        texts = self.evaluator.embed_texts(captions)
        pools = self._rng(repeat, "pools")
        scores = retrieval_scores(texts, latent, pools, config.pool_size)
        top1, top2, top3 = scores.r_precision
        values = {"R@1": top1, "R@2": top2, "R@3": top3}
        try:
            apart = retrieval_scores(texts, latent, pools, config.pool_size, self._conflicts(captions))
            values["R@3 distinct"] = apart.r_precision[2]
        except ValueError:
            # Too few different captions for one distinct pool: the column stays empty.
            pass
        values["FID"] = frechet_distance(self.reference, latent)
        values["MM-Dist"] = scores.mm_dist
        values["Diversity"] = diversity(latent, self._rng(repeat, "diversity"), config.diversity_pairs)
        return values

    def _conflicts(self, captions: list[str]) -> BoolArray:
        conflicts = identical_captions(captions) | self.same_trial
        if self.config.similar_caption is not None:
            sentences = self.evaluator.sentence_features(captions)
            conflicts = conflicts | similar_captions(sentences, self.config.similar_caption)
        return conflicts

    def _clamped(self, lengths: list[int]) -> list[int]:
        low, high = self.config.min_frames, self.config.max_frames
        return [min(max(int(length), low), high) for length in lengths]

    def _rng(self, repeat: int, purpose: str) -> np.random.Generator:
        return np.random.default_rng([self.config.seed, repeat, *purpose.encode()])


def _joints(motions: Iterable[Array]) -> list[NDArray[np.float32]]:
    return [features_to_joints(np.asarray(motion)) for motion in motions]


def _seconds_per_sentence(generate: Generate, captions: list[str], lengths: list[int], config: ReportConfig) -> float:
    """Mean wall time of one sentence at a time, after one untimed call that warms caches up."""
    count = min(config.timed_sentences, len(captions))
    generate(captions[:1], lengths[:1], config.seed)
    start = time.perf_counter()
    for index in range(count):
        generate(captions[index : index + 1], lengths[index : index + 1], config.seed)
    return (time.perf_counter() - start) / max(count, 1)
