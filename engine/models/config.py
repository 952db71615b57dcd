"""Sizes and choices of a model, as frozen dataclasses that travel as JSON.

The same classes describe the paper's own sizes (``paper_config``) and the small
model that is bundled (the defaults).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from engine.models.errors import ModelError
from engine.motion.parts import FeatureLayout, PartsLayout, body_parts

FORMAT_VERSION = 1
FRAMES_PER_TOKEN = 4

Activation = Literal["relu", "gelu"]
BlockKind = Literal["self", "cross", "self_cross"]
TextEncoderKind = Literal["minilm", "minilm_wide", "clip"]
TokenInput = Literal["learned", "codebook"]
Positions = Literal["learned", "sinusoidal"]
SentencePlace = Literal["first", "after_words"]
PredictedParts = Literal["all", "upper"]


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ModelError(message)


def _one_of(value: str, choices: Any, name: str) -> None:
    allowed = typing.get_args(choices)
    _require(value in allowed, f"{name} is {value!r}, expected one of {', '.join(allowed)}")


@dataclass(frozen=True)
class TokenizerConfig:
    """The VQ-VAE: one encoder, residual quantizer and decoder for each body part.

    Attributes:
        stage_widths: channels after each down-sampling by two (two stages: 4 frames a token)
        stage_dilations: dilations of the residual blocks of each stage
        levels: residual quantizer levels; 1 is a plain VQ-VAE as in the paper
        relative_heights: parts without the root code their joints' heights relative to the root's, so
            that the torso cannot come off the pelvis when parts are decoded apart
    """

    joint_count: int = 22
    parts: PartsLayout = "lower_upper"
    relative_heights: bool = True
    stem_width: int = 96
    stage_widths: tuple[int, int] = (128, 288)
    stage_dilations: tuple[tuple[int, ...], tuple[int, ...]] = ((1,), (9, 3, 1))
    activation: Activation = "gelu"
    code_dim: int = 64
    codebook_size: int = 512
    levels: int = 2
    normalise_codes: bool = False
    ema_decay: float = 0.99
    dead_code_threshold: float = 1.0
    quantizer_dropout: float = 0.2

    def __post_init__(self) -> None:
        _one_of(self.parts, PartsLayout, "tokenizer.parts")
        _one_of(self.activation, Activation, "tokenizer.activation")
        for name in ("stem_width", "code_dim", "codebook_size", "levels"):
            _require(getattr(self, name) >= 1, f"tokenizer.{name} must be at least 1")
        _require(
            len(self.stage_widths) == len(self.stage_dilations) == 2,
            "tokenizer.stage_widths and stage_dilations need two stages (4 frames a token)",
        )
        _require(
            not (self.normalise_codes and self.levels > 1),
            "tokenizer.normalise_codes works with one level only: residuals carry their length",
        )
        _require(0.0 < self.ema_decay < 1.0, "tokenizer.ema_decay must lie between 0 and 1")
        try:
            body_parts(self.parts, self.joint_count)
        except ValueError as error:
            raise ModelError(f"tokenizer.parts: {error}") from error

    @property
    def feature_dim(self) -> int:
        return FeatureLayout(self.joint_count).dim

    @property
    def part_count(self) -> int:
        return len(body_parts(self.parts, self.joint_count))

    @property
    def streams(self) -> int:
        """S: token streams a position, part-major (lower L0, lower L1, upper L0, upper L1)."""
        return self.part_count * self.levels


@dataclass(frozen=True)
class TransformerConfig:
    """The masked transformer.

    Attributes:
        blocks: kind of each block; 'self' attends within the motion, 'cross' to the words,
            'self_cross' does both
        token_input: 'learned' embeddings per stream, or the tokenizer's frozen 'codebook'
            projected to the width (the paper)
        end_token: put an end id after the last token, as the paper does
        sentence_place: 'first': the sentence stands before the tokens in every block; 'after_words' (the
            paper's checkpoints): the leading 'cross' blocks work on the tokens alone, then the sentence
            joins and positions are added once more
        word_norm: blocks normalise the words that they attend to
        null_text: learn features that stand for no text, which guidance needs; without them the model is
            always the plain conditional one
        predicted_parts: 'upper': the lower body's tokens are given and never made (the paper's upper-body model)
        steps_follow_length: a motion shorter than `max_tokens` takes proportionally fewer sampling steps
        duration_width: 0 for a model that does not know how long motions last
    """

    width: int = 256
    heads: int = 4
    blocks: tuple[BlockKind, ...] = (
        "self_cross",
        "self",
        "self_cross",
        "self",
        "self_cross",
        "self",
        "self_cross",
        "self",
    )
    feed_forward: int = 4
    dropout: float = 0.1
    positions: Positions = "learned"
    token_input: TokenInput = "learned"
    end_token: bool = False
    sentence_place: SentencePlace = "first"
    word_norm: bool = False
    null_text: bool = True
    predicted_parts: PredictedParts = "all"
    steps_follow_length: bool = False
    max_tokens: int = 49
    sentence_dim: int = 384
    word_dim: int = 384
    duration_width: int = 256

    def __post_init__(self) -> None:
        _one_of(self.positions, Positions, "transformer.positions")
        _one_of(self.token_input, TokenInput, "transformer.token_input")
        _one_of(self.sentence_place, SentencePlace, "transformer.sentence_place")
        _one_of(self.predicted_parts, PredictedParts, "transformer.predicted_parts")
        for block in self.blocks:
            _one_of(block, BlockKind, "transformer.blocks")
        _require(len(self.blocks) >= 1, "transformer.blocks must name at least one block")
        _require(
            self.heads >= 1 and self.width % self.heads == 0,
            f"transformer.width {self.width} is not divisible by {self.heads} heads",
        )
        _require(self.width % 2 == 0, "transformer.width must be even")
        _require(0.0 <= self.dropout < 1.0, "transformer.dropout must lie in [0, 1)")
        _require(self.max_tokens >= 1, "transformer.max_tokens must be at least 1")
        _require(self.duration_width >= 0, "transformer.duration_width must not be negative")

    @property
    def word_blocks(self) -> int:
        """How many 'cross' blocks lead."""
        return next((i for i, kind in enumerate(self.blocks) if kind != "cross"), len(self.blocks))


@dataclass(frozen=True)
class ModelConfig:
    """Everything a model folder says about itself."""

    name: str = "mmm-small"
    description: str = ""
    licence: str = "unknown"
    fps: float = 20.0
    text_encoder: TextEncoderKind = "minilm"
    tokenizer: TokenizerConfig = field(default_factory=TokenizerConfig)
    transformer: TransformerConfig = field(default_factory=TransformerConfig)

    def __post_init__(self) -> None:
        _one_of(self.text_encoder, TextEncoderKind, "text_encoder")
        _require(self.fps > 0, "fps must be positive")
        _require(
            self.transformer.predicted_parts == "all" or self.tokenizer.parts == "lower_upper",
            "transformer.predicted_parts 'upper' needs tokenizer.parts 'lower_upper'",
        )

    def to_json(self) -> dict[str, Any]:
        return {"format_version": FORMAT_VERSION, **dataclasses.asdict(self)}

    @classmethod
    def from_json(cls, data: Any) -> ModelConfig:
        _require(isinstance(data, dict), "the model config is not a JSON object")
        content = dict(data)
        version = content.pop("format_version", None)
        _require(
            version == FORMAT_VERSION,
            f"model format_version is {version!r}, this engine reads {FORMAT_VERSION}",
        )
        return from_dict(cls, content, "config")


Config = TypeVar("Config")


def from_dict(cls: type[Config], data: Any, where: str) -> Config:
    """Build a dataclass from parsed JSON; every unknown, missing or mistyped key is an error."""
    _require(isinstance(data, dict), f"{where} is not a JSON object")
    hints = typing.get_type_hints(cls)
    fields = {item.name: item for item in dataclasses.fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(set(data) - set(fields))
    _require(not unknown, f"{where} has unknown keys: {', '.join(unknown)}")
    values = {key: _convert(value, hints[key], f"{where}.{key}") for key, value in data.items()}
    missing = [
        name
        for name, item in fields.items()
        if name not in values and item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    ]
    _require(not missing, f"{where} misses keys: {', '.join(missing)}")
    return cls(**values)


def _convert(value: Any, hint: Any, where: str) -> Any:
    """Check a JSON value against a type hint; lists become tuples."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_dict(hint, value, where)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        _require(isinstance(value, list | tuple), f"{where} must be a list")
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_convert(item, arguments[0], where) for item in value)
        _require(len(value) == len(arguments), f"{where} must have {len(arguments)} entries")
        return tuple(_convert(item, kind, where) for item, kind in zip(value, arguments, strict=True))
    if origin is Literal:
        choices = ", ".join(map(str, arguments))
        _require(value in arguments, f"{where} is {value!r}, expected one of {choices}")
        return value
    if origin is types.UnionType:
        if value is None and type(None) in arguments:
            return None
        return _convert(value, next(kind for kind in arguments if kind is not type(None)), where)
    if hint is float:
        _require(type(value) in (int, float), f"{where} must be a number, not {value!r}")
        return float(value)
    _require(type(value) is hint, f"{where} must be {hint.__name__}, not {value!r}")
    return value


def paper_config() -> ModelConfig:
    """The sizes of the MMM paper (supplementary, implementation details): 18 M + 254 M.

    The published checkpoints convert to this, but for `positions`, which they bring along.
    """
    return ModelConfig(
        name="mmm-paper",
        text_encoder="clip",
        tokenizer=TokenizerConfig(
            parts="single",
            stem_width=512,
            stage_widths=(512, 512),
            stage_dilations=((9, 3, 1), (9, 3, 1)),
            activation="relu",
            code_dim=32,
            codebook_size=8192,
            levels=1,
            quantizer_dropout=0.0,
        ),
        transformer=TransformerConfig(
            width=1024,
            heads=16,
            blocks=("cross",) * 2 + ("self",) * 16,
            positions="sinusoidal",
            token_input="codebook",
            end_token=True,
            sentence_place="after_words",
            word_norm=True,
            null_text=False,
            steps_follow_length=True,
            sentence_dim=512,
            word_dim=512,
            duration_width=0,
        ),
    )
