"""`mmm evaluate --protocol paper`: MMM's tables with the published evaluator.

Every repeat draws captions, crops and batches of 32 anew, for all rows alike; intervals are 95 % over the repeats
(1.96 sigma / sqrt(repeats)). Generated features are measured as they leave the decoder. The choices are those of the
published evaluation (its public code, June 2024). Tables and rows:

    text-to-motion      real (its FID is between two draws), tokenizer (there and back),
                        model with the real clips' lengths, model with guessed lengths, of which the
                        published evaluation looks at as many frames as the real clip has
    in-between          the first and last quarter given, the rest generated, with and without the text
    upper body          the lower body given, the upper generated, with and without the text; measured with
                        the real clip's lower body
    long sequence       captions of several clips told one after the other; each clip's share is measured
                        as a motion of its own
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import InputError
from engine.evaluation.metrics import Estimate, estimate, frechet_distance
from engine.evaluation.paper.clips import FRAMES_PER_TOKEN, MAX_FRAMES, Draw, ProtocolClip, draw_clip
from engine.evaluation.paper.evaluator import PublishedEvaluator
from engine.evaluation.paper.metrics import paired_distance, rank_batches
from engine.generation.clauses import Part
from engine.generation.fill import Grid
from engine.generation.settings import SamplingConfig
from engine.motion.parts import body_parts
from engine.pipeline import Pipeline

Motions = list[NDArray[np.float32]]
Make = Callable[[Sequence[Draw], int], Motions]
"""draws, seed -> features (T, F) of each"""


@dataclass(frozen=True)
class ProtocolConfig:
    """The published numbers.

    Attributes:
        multimodality_samples: motions of each caption, of which 10 pairs are compared, for the first
            `multimodality_captions` of a repeat; None takes all, 0 leaves MModality out
        timed: sentences whose mean time, one at a time, is the AITS
        story: captions that make one long sequence
        limit: most clips to use, 0 for all
    """

    repeats: int = 20
    batch: int = 32
    diversity_pairs: int = 300
    multimodality_captions: int | None = None
    multimodality_samples: int = 11
    multimodality_pairs: int = 10
    timed: int = 100
    story: int = 4
    limit: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        least = (self.repeats, self.batch, self.diversity_pairs, self.multimodality_samples - 1, self.timed, self.story)
        if min(least) < 1 or min(self.multimodality_captions or 0, self.limit) < 0:
            raise InputError("the protocol's numbers must be positive")


@dataclass(frozen=True)
class ProtocolRow:
    """One system in one table."""

    table: str
    name: str
    metrics: dict[str, Estimate]


@dataclass(frozen=True)
class ProtocolReport:
    """All tables.

    clips: used in each repeat; seconds_per_sentence: AITS, one sentence at a time without loading; notes: what is
    left out and why
    """

    rows: tuple[ProtocolRow, ...]
    clips: int
    repeats: int
    batch: int
    seconds_per_sentence: float
    notes: tuple[str, ...]


def run_protocol(
    clips: Sequence[ProtocolClip],
    evaluator: PublishedEvaluator,
    pipeline: Pipeline,
    upper: Pipeline | None,
    sampling: SamplingConfig,
    config: ProtocolConfig,
    say: Callable[[str], None] = lambda line: None,
) -> ProtocolReport:
    """Measure a model, and with `upper` the upper-body model, on the clips. Raises InputError for too few."""
    protocol = _Protocol(clips, evaluator, config)
    maker = _Maker(pipeline, sampling)
    notes = []
    rows = [
        protocol.row("text-to-motion", "real", None, say),
        protocol.row("text-to-motion", "tokenizer", maker.reconstruct, say),
        protocol.row("text-to-motion", "model, real lengths", maker.generate, say, multimodal=True),
    ]
    guess = protocol.guess_lengths(pipeline)
    if guess is None:
        notes.append(
            "No row with guessed lengths: neither the model nor the evaluator's folder guesses any "
            "(convert-evaluator --lengths)."
        )
    else:
        guessed: Make = lambda draws, seed: maker.generate(draws, seed, guess(draws, seed))  # noqa: E731
        rows.append(protocol.row("text-to-motion", "model, guessed lengths", guessed, say, True, as_long_as_real=True))
    for name, with_text in (("with text", True), ("without text", False)):
        between: Make = lambda draws, seed, text=with_text: maker.in_between(draws, seed, text)  # type: ignore[misc]  # noqa: E731
        rows.append(protocol.row("in-between", name, between, say))
    parts = upper or (pipeline if pipeline.model.config.tokenizer.part_count > 1 else None)
    if parts is None:
        notes.append("No upper-body table: the model has no body parts, and no --upper-weights are given.")
    else:
        both = _Maker(parts, sampling)
        for name, with_text in (("with text", True), ("without text", False)):
            above: Make = lambda draws, seed, text=with_text: both.upper_body(draws, seed, text)  # type: ignore[misc]  # noqa: E731
            rows.append(protocol.row("upper body", name, above, say))
    long: Make = lambda draws, seed: maker.story(draws, seed, config.story)  # noqa: E731
    rows.append(protocol.row("long sequence", f"{config.story} captions in a row", long, say))
    seconds = maker.seconds_per_sentence(protocol.draws(0)[: config.timed], config.seed)
    return ProtocolReport(tuple(rows), protocol.used, config.repeats, config.batch, seconds, tuple(notes))


class _Protocol:
    """The draws of each repeat, and what is measured on them."""

    def __init__(self, clips: Sequence[ProtocolClip], evaluator: PublishedEvaluator, config: ProtocolConfig) -> None:
        self.clips = clips
        self.evaluator = evaluator
        self.config = config
        self.used = min(len(clips), config.limit or len(clips)) // config.batch * config.batch
        if not self.used:
            raise InputError(f"{len(clips)} clips do not fill one batch of {config.batch}")

    def draws(self, repeat: int, again: bool = False) -> list[Draw]:
        """The clips of a repeat in their batches; `again` draws captions and crops of the same clips once more."""
        order = self._rng(repeat, "order").permutation(len(self.clips))[: self.used]
        rng = self._rng(repeat, "again" if again else "draw")
        return [draw_clip(self.clips[place], rng) for place in order]

    def guess_lengths(self, pipeline: Pipeline) -> Callable[[Sequence[Draw], int], list[int]] | None:
        """Lengths in frames by the model's own estimate, or else the evaluator's."""
        duration = pipeline.model.transformer.duration
        if duration is not None:

            def own(draws: Sequence[Draw], seed: int) -> list[int]:
                sentences = pipeline.encoder.encode([draw.caption.text for draw in draws]).sentence
                return [int(n) * FRAMES_PER_TOKEN for n in duration.most_likely(sentences.to(pipeline.device)).tolist()]

            return own
        if self.evaluator.guesses_lengths:
            return lambda draws, seed: self.evaluator.guess_lengths([draw.caption.words for draw in draws], seed)
        return None

    def row(
        self,
        table: str,
        name: str,
        make: Make | None,
        say: Callable[[str], None],
        multimodal: bool = False,
        as_long_as_real: bool = False,
    ) -> ProtocolRow:
        """Measure what `make` makes of each repeat's draws; None: the draws themselves."""
        values: dict[str, list[float]] = {}
        for repeat in range(self.config.repeats):
            draws = self.draws(repeat)
            if make is None:
                motions, compared = [draw.features for draw in draws], self.draws(repeat, again=True)
            else:
                motions, compared = self._in_batches(make, draws, self.config.seed + repeat), draws
            texts = self.evaluator.embed_texts([draw.caption.words for draw in draws])
            lengths = [len(draw.features) for draw in draws] if as_long_as_real else None
            latent = self.evaluator.embed_motions(motions, lengths)
            real = self.evaluator.embed_motions([draw.features for draw in compared])
            measured = {
                **rank_batches(texts, latent, self.config.batch),
                "FID": frechet_distance(real, latent),
                "Diversity": paired_distance(latent, self.config.diversity_pairs, self._rng(repeat, "diversity")),
            }
            if multimodal and make is not None and self.config.multimodality_captions != 0:
                measured["MModality"] = self._multimodality(make, draws, repeat)
            for metric, value in measured.items():
                values.setdefault(metric, []).append(value)
            say(f"{table}, {name}: repeat {repeat + 1} of {self.config.repeats}")
        return ProtocolRow(table, name, {metric: estimate(numbers) for metric, numbers in values.items()})

    def _multimodality(self, make: Make, draws: Sequence[Draw], repeat: int) -> float:
        config, rng = self.config, self._rng(repeat, "multimodality")
        distances = []
        for draw in draws[: config.multimodality_captions]:
            seed = int(rng.integers(2**30))
            latent = self.evaluator.embed_motions(make([draw] * config.multimodality_samples, seed))
            distances.append(paired_distance(latent, config.multimodality_pairs, rng))
        return float(np.mean(distances))

    def _in_batches(self, make: Make, draws: Sequence[Draw], seed: int) -> Motions:
        size, motions = self.config.batch, []
        for first in range(0, len(draws), size):
            motions += make(draws[first : first + size], (seed * 100_003 + first) % 2**31)
        return motions

    def _rng(self, repeat: int, purpose: str) -> np.random.Generator:
        return np.random.default_rng([self.config.seed, repeat, *purpose.encode()])


class _Maker:
    """A pipeline asked for features as the decoder gives them."""

    def __init__(self, pipeline: Pipeline, sampling: SamplingConfig) -> None:
        self.pipeline = pipeline
        self.sampling = sampling

    def reconstruct(self, draws: Sequence[Draw], seed: int) -> Motions:
        return [self._decode(self.pipeline.encode(draw.features)) for draw in draws]

    def generate(self, draws: Sequence[Draw], seed: int, lengths: Sequence[int] | None = None) -> Motions:
        frames = [len(draw.features) for draw in draws] if lengths is None else lengths
        streams = self.pipeline.model.config.tokenizer.streams
        grids = []
        for row, count in enumerate(frames):
            tokens = max(1, min(count, MAX_FRAMES) // FRAMES_PER_TOKEN)
            ids = torch.zeros(tokens, streams, dtype=torch.long, device=self.pipeline.device)
            grids.append(Grid(ids, torch.ones_like(ids, dtype=torch.bool), _seed(seed, row)))
        return self._fill(grids, [draw.caption.text for draw in draws])

    def in_between(self, draws: Sequence[Draw], seed: int, with_text: bool) -> Motions:
        def middle(count: int, streams: int) -> NDArray[np.bool_]:
            quarter = count // 4
            hidden = np.zeros((count, streams), dtype=np.bool_)
            hidden[quarter : count - quarter] = True
            return hidden

        return self._edit(draws, seed, with_text, middle)

    def upper_body(self, draws: Sequence[Draw], seed: int, with_text: bool) -> Motions:
        levels = self.pipeline.model.config.tokenizer.levels

        def upper(count: int, streams: int) -> NDArray[np.bool_]:
            hidden = np.zeros((count, streams), dtype=np.bool_)
            hidden[:, levels:] = True
            return hidden

        lower = body_parts("lower_upper", self.pipeline.model.config.tokenizer.joint_count)[0].features
        motions = self._edit(draws, seed, with_text, upper)
        for motion, draw in zip(motions, draws, strict=True):
            motion[:, lower] = draw.features[:, lower]
        return motions

    def story(self, draws: Sequence[Draw], seed: int, captions: int) -> Motions:
        """Each draw's share of the sequence it is told in."""
        plans = [
            [Part(draw.caption.text, len(draw.features) // FRAMES_PER_TOKEN) for draw in draws[i : i + captions]]
            for i in range(0, len(draws), captions)
        ]
        filled = self.pipeline.fill_parts(plans, [_seed(seed, row) for row in range(len(plans))], self.sampling)
        motions = []
        for plan, ids in zip(plans, filled, strict=True):
            features = self._decode(ids)
            stops = np.cumsum([part.tokens for part in plan]) * FRAMES_PER_TOKEN
            motions += np.split(features, stops[:-1])
        return motions

    def seconds_per_sentence(self, draws: Sequence[Draw], seed: int) -> float:
        """Mean time of one sentence at a time, after one that does not count."""
        self.generate(draws[:1], seed)
        started = time.perf_counter()
        for draw in draws:
            self.generate([draw], seed)
        return (time.perf_counter() - started) / len(draws)

    def _edit(
        self, draws: Sequence[Draw], seed: int, with_text: bool, mask: Callable[[int, int], NDArray[np.bool_]]
    ) -> Motions:
        grids = []
        for row, draw in enumerate(draws):
            ids = self.pipeline.encode(draw.features)
            hidden = torch.from_numpy(mask(*ids.shape)).to(ids.device)
            grids.append(Grid(ids, hidden, _seed(seed, row)))
        return self._fill(grids, [draw.caption.text if with_text else "" for draw in draws])

    def _fill(self, grids: list[Grid], prompts: list[str]) -> Motions:
        return [self._decode(ids) for ids in self.pipeline.fill(grids, prompts, self.sampling)]

    def _decode(self, ids: torch.Tensor) -> NDArray[np.float32]:
        return self.pipeline.decode(ids, len(ids) * FRAMES_PER_TOKEN)


def _seed(seed: int, row: int) -> int:
    return (seed + row) % 2**31
