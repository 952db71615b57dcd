"""From prompts to motions: text encoder, duration, masked sampler, tokenizer, joints."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from engine.acting import act, paced, retime, tone_of
from engine.direction import Directed, direct, goals_of, tell_missed
from engine.errors import InputError
from engine.generation.clauses import CONTEXT_TOKENS, LEAST_TOKENS, Part, share_tokens, split_clauses
from engine.generation.familiar import FILE_NAME, Hint, KnownSentences, find_hint, load_sentences
from engine.generation.faults import MOST_REDRAWS, REDRAW_STRIDE, find_faults
from engine.generation.fill import SEED_STRIDE, Grid, fill_grids
from engine.generation.heights import leaves_the_floor
from engine.generation.paraphrases import rephrase
from engine.generation.promises import broken_promises
from engine.generation.sampler import MaskedSampler, Moods
from engine.generation.settings import SamplingConfig
from engine.generation.tones import Tone
from engine.models.config import FRAMES_PER_TOKEN
from engine.models.folder import MotionModel, load_model_folder
from engine.models.text_encoder import TextEncoder, load_text_encoder
from engine.motion.cleanup import clean_joints
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.motion import Motion
from engine.motion.reaching.goals import Goals
from engine.requests.generate import MAX_SECONDS, GenerateRequest
from engine.requests.moods import offered
from engine.requests.targets import Target
from engine.sampling.packing import Numbers, has_bf16_products
from engine.watch import UNWATCHED, Watch
from engine.weights import find_text_encoder, find_weights

# Captured runs and punches are over before anybody has seen them; left to itself, nothing is shorter than this.
MIN_AUTO_SECONDS = 2.0

# Seeds of a motion's parts lie this far apart; the windows of one part lie SEED_STRIDE apart.
PART_STRIDE = 97 * SEED_STRIDE

# Token grids whose features are kept, some hundred kB each.
MOST_DECODED = 32

Precision = Literal["fp32", "bf16", "fast"]


class Pipeline:
    """A loaded model that generates motions.

    Example:
        >>> pipeline = Pipeline.from_pretrained("mmm-open")  # doctest: +SKIP
        >>> motion, = pipeline.generate(["a person waves"], seconds=4, seed=1)  # doctest: +SKIP
    """

    def __init__(
        self,
        model: MotionModel,
        encoder: TextEncoder,
        device: torch.device,
        precision: Precision = "fp32",
        known: KnownSentences | None = None,
    ) -> None:
        self.model = model
        self.known = known
        self.encoder = encoder
        self.device = device
        self.precision = precision
        model.tokenizer.to(device)
        model.transformer.to(device)
        numbers = numbers_of(precision)
        # A take is decoded to look for what its prompt says, and the one that stays to be cleaned.
        self._decoded: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
        self._sampler = MaskedSampler(model.transformer, model.config.tokenizer.levels, numbers, share=True)

    @classmethod
    def from_pretrained(
        cls, weights: str | Path = "mmm-open", device: str = "auto", precision: Precision = "fp32"
    ) -> Pipeline:
        """Load a bundled model by name or any model folder by path.

        `precision` is that of the transformer while it samples; bf16 gives other motions than fp32, and so does
        fast: products of 16 or 8 bits on the CPU, and steps that reuse what hardly changes (SamplingConfig.reuse).
        Raises InputError for unknown weights or devices and ModelError for broken ones.
        """
        chosen = choose_device(device)
        check_precision(precision, chosen)
        folder = find_weights(weights)
        model = load_model_folder(folder)
        encoder = load_text_encoder(model.config.text_encoder, find_text_encoder(model.config, folder))
        known = load_sentences(folder / FILE_NAME) if (folder / FILE_NAME).is_file() else None
        return cls(model, encoder, chosen, precision, known)

    def generate(
        self,
        prompts: str | Sequence[str],
        seconds: float | None = None,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        watch: Watch = UNWATCHED,
        targets: Sequence[Target] = (),
        mood: str | None = None,
        intensity: float = 1.0,
    ) -> list[Motion]:
        """One motion a prompt, or that of a single one; motion i uses seed + i, so each can be had again alone.

        All of them bring the `targets` where they should be, and are done in a `mood` of `moods`, if any, so intensely
        (0 to 1.5).
        """
        prompts = [prompts] if isinstance(prompts, str) else prompts
        sampling = sampling or SamplingConfig()
        directed = tuple(targets)
        requests = [
            GenerateRequest(prompt, seconds, seed + i, sampling, directed, mood, intensity)
            for i, prompt in enumerate(prompts)
        ]
        return self.generate_requests(requests, watch)

    def generate_requests(
        self,
        requests: Sequence[GenerateRequest],
        watch: Watch = UNWATCHED,
        redraws: int = MOST_REDRAWS,
    ) -> list[Motion]:
        """Motions of the requests, which are sampled alike, in one batch.

        A take that does what no body does is drawn again, up to `redraws` times, with seeds that follow from its own;
        if none of them is without fault, the one with the fewest stays and says which it has. So is each part that does
        not show what its clause says, once where it is a faulty take's redraw. One with targets is not: who moves a
        target wants the same take solved anew.
        Raises Cancelled (engine.watch) when `watch` says so between steps.
        """
        if not requests:
            raise InputError("there is nothing to generate: give at least one prompt")
        motions = self._draw(requests, [request.seed for request in requests], watch, redraws)
        for again in range(1, redraws + 1):
            rows = [row for row, motion in enumerate(motions) if motion.faults and not requests[row].targets]
            if not rows:
                break
            faulty = [requests[row] for row in rows]
            seeds = [(request.seed + again * REDRAW_STRIDE) % 2**31 for request in faulty]
            for row, drawn in zip(rows, self._draw(faulty, seeds, watch.silent(), min(redraws, 1)), strict=True):
                if len(drawn.faults) < len(motions[row].faults):
                    motions[row] = drawn
        return [_with_note(motion) for motion in motions]

    def _draw(
        self, requests: Sequence[GenerateRequest], seeds: Sequence[int], watch: Watch, redraws: int
    ) -> list[Motion]:
        """A motion of each request, drawn with another seed than its own perhaps; what is wrong with it is noted."""
        plans = [self.plan_parts(request) for request in requests]
        frames = [self._frames(request, plan) for request, plan in zip(requests, plans, strict=True)]
        sampling = requests[0].sampling
        if any(request.sampling != sampling for request in requests):
            raise InputError("motions that are sampled differently cannot share a batch: ask for them one by one")
        count = self.model.config.tokenizer.joint_count
        goals = [goals_of(request.targets, count, length) for request, length in zip(requests, frames, strict=True)]
        sought = [own.lowered() if own is not None else None for own in goals]
        ids = self.fill_parts(plans, seeds, sampling, watch, sought, redraws)
        motions = []
        for row, request in enumerate(requests):
            watch.check()
            own, near, note = goals[row], sought[row], ""
            if own is None or near is None:
                joints = self.play(request.prompt, ids[row], plans[row], frames[row])
            else:
                joints = self.bring(request.prompt, ids[row], near, frames[row], plans[row]).joints
                note = tell_missed(own, own.errors(joints))
            features = features_of_every_frame(joints)
            record = request.record(self.model.config.name)
            faults, missing = find_faults(joints, request.prompt), broken_promises(joints, request.prompt)
            motions.append(Motion(joints, features, self.model.config.fps, record, faults, note, missing))
        return motions

    def bring(self, prompt: str, ids: torch.Tensor, goals: Goals, frames: int, plan: Sequence[Part] = ()) -> Directed:
        """The motion of a token grid [N, S] that was steered to the goals, brought there exactly."""

        def clean(features: NDArray[np.floating]) -> NDArray[np.floating]:
            joints = clean_joints(features_to_joints(features), grounded=not leaves_the_floor(prompt))
            return act(joints, plan) if plan else joints

        return direct(self.model.tokenizer, ids, goals, frames, clean)

    def play(self, prompt: str, ids: torch.Tensor, plan: Sequence[Part], frames: int) -> NDArray[np.floating]:
        """Joints (frames, J, 3) of a plan's token grid [N, S], in its moods."""
        own = frames if all(part.lasts is None for part in plan) else FRAMES_PER_TOKEN * len(ids)
        joints = retime(features_to_joints(self.decode(ids, own)), plan)[:frames]
        return act(clean_joints(joints, grounded=not leaves_the_floor(prompt)), plan)

    def find_hint(self, *prompts: str) -> Hint | None:
        """What to tell of these: that the model knows nothing near to one, does not count, or does not negate."""
        hints = (find_hint(prompt, self.known, self._encode_sentences) for prompt in prompts if prompt.strip())
        return next((hint for hint in hints if hint), None)

    def _encode_sentences(self, texts: list[str]) -> NDArray[np.float32]:
        """(N, D) sentence features, each of length 1."""
        features = self.encoder.encode(texts).sentence
        return torch.nn.functional.normalize(features.float(), dim=-1).cpu().numpy()

    def choose_frames(self, requests: Sequence[GenerateRequest]) -> list[int]:
        """Frames of each motion: as asked, or by the learned estimate of the prompt's duration."""
        return [self._frames(request, self.plan_parts(request)) for request in requests]

    def plan_parts(self, request: GenerateRequest) -> list[Part]:
        """What happens one after the other, and for how long; a single part for most prompts.

        Raises InputError if the length is left open and the model cannot tell it.
        """
        clauses = split_clauses(request.prompt)
        tones = [self.tone_of(request.mood, request.intensity, clause) for clause in clauses]
        if request.seconds is None:
            tokens = self._estimate_tokens(clauses, [1.0 if request.targets or not it else it.tempo for it in tones])
        else:
            whole = -(-max(1, round(request.seconds * self.model.config.fps)) // FRAMES_PER_TOKEN)
            if len(clauses) == 1 or whole < LEAST_TOKENS * len(clauses):
                tone = self.tone_of(request.mood, request.intensity, request.prompt)
                return [paced(request.prompt, whole, tone, bool(request.targets))]
            known = self.model.transformer.duration is not None
            weights = self._estimate_tokens(clauses) if known else [1] * len(clauses)
            tokens = share_tokens(whole, list(map(float, weights)))
        return [paced(*it, bool(request.targets)) for it in zip(clauses, tokens, tones, strict=True)]

    def tone_of(self, mood: str | None, intensity: float, prompt: str) -> Tone | None:
        """What a mood asks of this prompt. Raises InputError for one that the model does not have."""
        return tone_of(mood, intensity, self.model.config.name, prompt)

    @property
    def moods(self) -> tuple[str, ...]:
        """Those that this model has."""
        return offered(self.model.config.name)

    def _estimate_tokens(self, prompts: list[str], tempos: Sequence[float] = ()) -> list[int]:
        """How long each would last, by the learned estimate; each from MIN_AUTO_SECONDS on, all to MAX_SECONDS.

        What has another tempo than 1 lasts longer or shorter.
        """
        duration = self.model.transformer.duration
        if duration is None:
            raise InputError(
                f"the model {self.model.config.name} cannot tell how long a motion lasts: give its length in seconds"
            )
        least, most = (
            int(seconds * self.model.config.fps) // FRAMES_PER_TOKEN for seconds in (MIN_AUTO_SECONDS, MAX_SECONDS)
        )
        likely = duration.most_likely(self.encoder.encode(prompts).sentence.to(self.device)).tolist()
        tokens = [max(least, int(count)) for count in likely]
        tokens = [round(count / tempo) for count, tempo in zip(tokens, tempos, strict=True)] if tempos else tokens
        return share_tokens(most, list(map(float, tokens))) if sum(tokens) > most else tokens

    def _frames(self, request: GenerateRequest, plan: list[Part]) -> int:
        if request.seconds is not None:
            return max(1, round(request.seconds * self.model.config.fps))
        return sum(part.frames for part in plan)

    def encode(self, features: NDArray[np.floating]) -> torch.Tensor:
        """Token grid [T // 4, S] of features (T, F)."""
        with torch.inference_mode():
            batch = torch.from_numpy(np.asarray(features, dtype=np.float32))[None]
            return self.model.tokenizer.encode(batch.to(self.device))[0]

    def decode(self, ids: torch.Tensor, frames: int) -> NDArray[np.float32]:
        """Features (frames, F) of a token grid [N, S]."""
        known = ids[: -(-frames // FRAMES_PER_TOKEN)].cpu()
        key = known.numpy().tobytes()
        features = self._decoded.get(key)
        if features is None:
            with torch.inference_mode():
                decoded = self.model.tokenizer.decode(known[None].to(self.device))[0]
            features = self._decoded[key] = decoded.float().cpu().numpy()
            if len(self._decoded) > MOST_DECODED:
                self._decoded.popitem(last=False)
        return features[:frames].copy()

    def fill(
        self,
        grids: Sequence[Grid],
        prompts: list[str],
        sampling: SamplingConfig,
        watch: Watch = UNWATCHED,
        tones: Sequence[Tone | None] = (),
    ) -> list[torch.Tensor]:
        """Token grids [N, S] with the hidden tokens filled in, one prompt each, and a tone each if there are any.

        If all prompts are empty, the model's own idea of a motion fills the gaps. Raises Cancelled.
        """
        text = self.encoder.encode(prompts).to(self.device)
        if not any(prompt.strip() for prompt in prompts):
            sampling = replace(sampling, guidance=0.0)
        if self.precision == "fast":
            sampling = replace(sampling, reuse=True)
        moods = None
        if any(tone and tone.words for tone in tones):
            worded = [tone.worded(prompt) if tone else prompt for prompt, tone in zip(prompts, tones, strict=True)]
            intensities = tuple(tone.intensity if tone and tone.words else 0.0 for tone in tones)
            moods = Moods(self.encoder.encode(worded).to(self.device), intensities)
        return fill_grids(self._sampler, grids, text, sampling, watch, self.model.tokenizer, moods)

    def certainty(self, ids: torch.Tensor, prompt: str) -> NDArray[np.float32]:
        """(N, S) how likely the model finds each token of a grid [N, S] that fits into one pass."""
        text = self.encoder.encode([prompt]).to(self.device)
        return self._sampler.certainty(ids, text, blank=not prompt.strip()).cpu().numpy()

    def fill_parts(
        self,
        plans: Sequence[Sequence[Part]],
        seeds: Sequence[int],
        sampling: SamplingConfig,
        watch: Watch = UNWATCHED,
        goals: Sequence[Goals | None] | None = None,
        redraws: int = 0,
    ) -> list[torch.Tensor]:
        """Token grids [N, S] of new motions, each part going on from the one before, steered to the goals of each.

        Of a part that does not show what its prompt says (engine.generation.promises) up to `redraws` more are drawn,
        with seeds that follow from its own and every other in other words, and the one that shows most stays; one that
        is steered is drawn once. Raises Cancelled.
        """
        streams = self.model.config.tokenizer.streams
        filled = [
            torch.zeros(sum(part.tokens for part in plan), streams, dtype=torch.long, device=self.device)
            for plan in plans
        ]
        rounds = max(map(len, plans))
        for number in range(rounds):
            rows = [row for row, plan in enumerate(plans) if number < len(plan)]
            fewest: dict[int, int] = {}
            for draw in range(redraws + 1):
                spans = [_places(plans[row], number) for row in rows]
                grids = []
                for row, (first, start, stop) in zip(rows, spans, strict=True):
                    regenerate = torch.zeros_like(filled[row][first:stop], dtype=torch.bool)
                    regenerate[start - first :] = True
                    seed = (seeds[row] + PART_STRIDE * number + REDRAW_STRIDE * draw) % 2**31
                    own = goals[row] if goals else None
                    grids.append(Grid(filled[row][first:stop], regenerate, seed, own, filled[row][:first]))
                prompts = [rephrase(plans[row][number].prompt, draw) for row in rows]
                tones = [plans[row][number].tone for row in rows]
                share = watch.silent() if draw else watch.share(number, rounds)
                made = self.fill(grids, prompts, sampling, share, tones)
                for row, (first, start, stop), ids in zip(rows, spans, made, strict=True):
                    missing = self._count_missing(ids, start - first, plans[row][number]) if redraws else 0
                    if missing < fewest.get(row, missing + 1):
                        filled[row][first:stop], fewest[row] = ids, missing
                rows = [row for row in rows if fewest[row] and not (goals and goals[row])]
                if not rows:
                    break
        return filled

    def _count_missing(self, ids: torch.Tensor, context: int, part: Part) -> int:
        """How much of a part's prompt its tokens [N, S] do not show, the first `context` of which went before."""
        joints = features_to_joints(self.decode(ids, len(ids) * FRAMES_PER_TOKEN))
        joints = retime(joints[context * FRAMES_PER_TOKEN :], [part])
        return len(broken_promises(act(joints, [part]), part.prompt))


def _places(plan: Sequence[Part], number: int) -> tuple[int, int, int]:
    """Tokens of a part: from where it sees what went before, from where it is new, and up to where."""
    start = sum(part.tokens for part in plan[:number])
    return max(0, start - CONTEXT_TOKENS), start, start + plan[number].tokens


def _with_note(motion: Motion) -> Motion:
    """The motion, its note saying too what is not to be seen in it."""
    if not motion.missing:
        return motion
    missed = f"a take shows no {' and no '.join(motion.missing)}: try another seed, or other words"
    return replace(motion, note="; ".join(filter(None, (motion.note, missed))))


def choose_device(name: str) -> torch.device:
    """The device of that name; "auto" takes CUDA (also ROCm), XPU, MPS or else the CPU; raises InputError."""
    available = {
        "cuda": torch.cuda.is_available(),
        "xpu": hasattr(torch, "xpu") and torch.xpu.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    if name not in available:
        raise InputError(f"unknown device {name!r}: choose auto, cpu, cuda, mps or xpu")
    if not available[name]:
        raise InputError(f"device {name!r} is not available here: choose auto or cpu")
    return torch.device(name)


def numbers_of(precision: Precision) -> Numbers:
    """What the transformer computes in; fast takes the 16-bit products of a CPU that has them, else 8 bits."""
    if precision == "fast":
        return "bf16" if has_bf16_products() else "int8"
    return precision


def check_precision(precision: str, device: torch.device) -> None:
    """Raises InputError unless the device can sample in that precision."""
    if precision not in get_args(Precision):
        raise InputError(f"unknown precision {precision!r}: choose {', '.join(get_args(Precision))}")
    if precision == "fp32":
        return
    if precision == "fast":
        if device.type != "cpu":
            raise InputError(f"precision 'fast' is for the CPU: choose fp32 or bf16 on {device.type}, or device cpu")
        return
    capable = torch.amp.is_autocast_available(device.type)  # type: ignore[attr-defined]
    if device.type == "cuda":
        # Older cards only emulate it, slower than fp32.
        capable = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "mps":
        capable = torch.backends.mps.is_macos_or_newer(14, 0)
    if not capable:
        raise InputError(f"precision 'bf16' does not work on this {device.type} device: choose fp32")
