"""What a training run is told: optimiser, loss weights, augmentations, budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.models.config import FRAMES_PER_TOKEN

Precision = Literal["auto", "fp32", "bf16"]
Schedule = Literal["cosine", "milestones"]
LossAverage = Literal["tokens", "motions"]


@dataclass(frozen=True)
class Budget:
    """How long to train: a number of steps, or of minutes (over all resumed sessions)."""

    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.minutes is None):
            raise ValueError("a budget is either steps or minutes")

    def progress(self, step: int, seconds: float) -> float:
        """Share of the budget used up, 0..1."""
        if self.steps is not None:
            return min(1.0, step / max(1, self.steps))
        assert self.minutes is not None
        return min(1.0, seconds / max(1e-6, self.minutes * 60))


@dataclass(frozen=True)
class OptimiserConfig:
    """AdamW with linear warm-up and a decay over the budget.

    Attributes:
        schedule: a 'cosine' down to `final_share` of the rate, or 'milestones': at each of these shares of the
            budget the rate is multiplied by `milestone_factor`
        average_decay: of the weights' moving average, which is what is kept; 0 keeps the last weights
        clip_norm: bound of the gradient's norm
    """

    learning_rate: float = 4e-4
    schedule: Schedule = "cosine"
    final_share: float = 0.02
    milestones: tuple[float, ...] = ()
    milestone_factor: float = 0.05
    warmup_steps: int = 200
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.99)
    clip_norm: float = 1.0
    average_decay: float = 0.998


@dataclass(frozen=True)
class RunConfig:
    """What all trainings share.

    Attributes:
        steps: how long the recipe trains if the command does not say
        batch_size: samples a step, over all processes and accumulation steps
        precision: of a step's products; "auto" is bf16 where the device has it (`engine.training.precision`), else fp32
        accumulate: parts that each process computes one after the other, to save memory
        compile: back end by which torch.compile fuses the model, usually "inductor"; "" does without. Worth it on
            a GPU; the first steps take minutes then
    """

    steps: int | None = None
    batch_size: int = 32
    accumulate: int = 1
    seed: int = 0
    precision: Precision = "auto"
    eval_every: int = 1000
    checkpoint_every: int = 500
    log_every: int = 50
    compile: str = ""
    tensorboard: bool = True


@dataclass(frozen=True)
class TokenizerLossConfig:
    """Weights of the tokenizer's losses; the first group weighs normalised smooth-L1 by feature.

    Attributes:
        normalised_positions: smooth-L1 of the normalised joint positions, on top (the paper); `metric_positions`
            and what follows are measured in metres

    The output of the whole system is joint positions, which come from the root and position
    features: those weigh most, rotations least. `extremities` weighs the directions of head and
    hands: short bones, which would hardly count by their places alone.
    """

    root: float = 3.0
    positions: float = 2.0
    rotations: float = 0.15
    velocities: float = 0.5
    contacts: float = 0.5
    beta: float = 0.2
    normalised_positions: float = 0.0
    metric_positions: float = 0.5
    displacement: float = 0.5
    foot_displacement: float = 0.5
    path: float = 0.1
    extremities: float = 3.0
    commitment: float = 0.02


@dataclass(frozen=True)
class TokenizerTrainingConfig:
    """Windows of `window_frames`; a `short_share` of the batches uses short windows, which also
    reach the clips that are shorter than a window.

    Attributes:
        hide_extremities: share of the motions whose head, left or right hand the encoder does not see but has to guess
        keep_codes: only the decoders learn, on from a trained tokenizer. Motions keep their tokens, so transformers
            that were taught them need no other training
    """

    run: RunConfig = field(default_factory=RunConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    loss: TokenizerLossConfig = field(default_factory=TokenizerLossConfig)
    window_frames: int = 64
    short_window_frames: int = 40
    short_share: float = 0.15
    hide_extremities: float = 0.15
    keep_codes: bool = False


@dataclass(frozen=True)
class CompositionConfig:
    """Captions and motions made of two clips (TEACH / SINC style), mixed at token level.

    Attributes:
        pool: how many compositions are drawn and their captions encoded before training
        together: probability of 'upper body of A while the lower body of B'
        sequence: probability of 'A, then B'
        continued: probability of steady locomotion that goes on for longer than it was captured
    """

    pool: int = 10000
    together: float = 0.1
    sequence: float = 0.2
    continued: float = 0.06


@dataclass(frozen=True)
class MaskingConfig:
    """How training hides tokens (MMM section 3.2; levels as in MoMask section 3.3).

    Attributes:
        level_weights: how often each residual level is the one being learnt
        uniform_share: share of samples with the paper's uniform .5-1 ratio; the rest use a cosine
        part_only: probability to hide one body part entirely or partly and show the other
        span: probability to hide a contiguous span or its complement (in-betweening, continuing)
        replace: share of the visible tokens that are replaced by random codes, in `replace_in` samples; up to
            this share, or with `replace_exactly` just this
        all_tokens_loss: learn the visible tokens of the level as well, as the paper does
        given_hidden: up to this share of the tokens of a part that is only ever given is hidden
        loss_average: over the tokens of a batch, or over each motion's first, so that short motions count as much
    """

    level_weights: tuple[float, ...] = (0.65, 0.2, 0.15)
    uniform_share: float = 0.3
    part_only: float = 0.15
    span: float = 0.15
    replace: float = 0.3
    replace_in: float = 0.5
    replace_exactly: bool = False
    all_tokens_loss: bool = False
    given_hidden: float = 0.0
    loss_average: LossAverage = "tokens"


@dataclass(frozen=True)
class ReplayConfig:
    """What keeps a fine-tuned model from forgetting (learning without forgetting, Li & Hoiem 2016).

    Attributes:
        share: of each batch that replays what the model could before; there it is taught to say what the model
            it began as says, of the user's older data or, without any, of motions that model makes itself
        motions: how many it makes
    """

    share: float = 0.0
    motions: int = 256

    def __post_init__(self) -> None:
        if not 0.0 <= self.share < 1.0 or self.motions < 1:
            raise ValueError("replay.share must lie in [0, 1) and replay.motions be at least 1")


@dataclass(frozen=True)
class TextVarietyConfig:
    """How captions are varied while they are learnt, so that motions are not learnt by heart from single wordings.

    Attributes:
        word_dropout: share of a caption's words that are hidden
        other_sentence: share of the samples whose sentence is that of another caption of the same frames
    """

    word_dropout: float = 0.12
    other_sentence: float = 0.25


@dataclass(frozen=True)
class TransformerTrainingConfig:
    """How the transformer is trained.

    Attributes:
        offsets: starting frames, within a token, that each clip is tokenised from
        min_frames: clips shorter than this are left out (HumanML3D's protocol: 40, KIT-ML's: 24)
        text_dropout: share of the samples without text, for guidance
        staples, staple_weight: beginnings of words for what artists ask for most; clips whose captions
            speak of them are drawn that much more often
    """

    run: RunConfig = field(default_factory=RunConfig)
    optimiser: OptimiserConfig = field(default_factory=lambda: OptimiserConfig(weight_decay=0.05, learning_rate=5e-4))
    composition: CompositionConfig = field(default_factory=CompositionConfig)
    masking: MaskingConfig = field(default_factory=MaskingConfig)
    replay: ReplayConfig = field(default_factory=ReplayConfig)
    offsets: int = FRAMES_PER_TOKEN
    min_frames: int = FRAMES_PER_TOKEN
    text_dropout: float = 0.1
    variety: TextVarietyConfig = field(default_factory=TextVarietyConfig)
    staples: tuple[str, ...] = (
        "walk",
        "run",
        "jog",
        "jump",
        "kick",
        "punch",
        "wav",
        "sit",
        "pick",
        "sneak",
        "crouch",
    )
    staple_weight: float = 2.0
    label_smoothing: float = 0.05
    duration_weight: float = 0.1
    duration_softness: float = 1.0
    max_words: int = 40
