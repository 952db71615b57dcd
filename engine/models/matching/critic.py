"""The critic: how well a token grid fits its prompt.

A masked model draws each token by what is likely beside the others; whether the whole does what the prompt says,
nobody has asked. The critic is asked: of some takes the one it likes best is kept, as DALL-E (Ramesh et al. 2021)
keeps pictures by CLIP. It is trained on real motion alone and belongs to one tokenizer.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from engine.errors import InputError
from engine.files.text import HOSTILE, read_json, told
from engine.files.whole import folder_updated_whole
from engine.models.config import from_dict
from engine.models.errors import ModelError
from engine.models.matching.pooling import SequencePool
from engine.models.tensor_file import load_module, save_module
from engine.models.tokenizer import MotionTokenizer

FOLDER_NAME = "critic"
CONFIG_NAME, WEIGHTS_NAME = "config.json", "critic.safetensors"
MOST_SIZE = 4096


@dataclass(frozen=True)
class CriticConfig:
    """Sizes of the critic.

    Attributes:
        sentence_dim: of the text encoder's sentence features, which are all it reads of a prompt
        temperature: of the contrastive loss at first; it is learned from there
        longest: tokens that it looks at at once; of a longer motion it likes the mean of its windows
        enough: how well a motion fits whose prompt is told rightly; training finds it on held-out motion
    """

    sentence_dim: int = 384
    latent_dim: int = 128
    width: int = 192
    heads: int = 4
    feed_forward: int = 576
    layers: int = 2
    dropout: float = 0.0
    temperature: float = 0.07
    longest: int = 49
    enough: float = 1.0

    def __post_init__(self) -> None:
        sizes = {name: value for name, value in asdict(self).items() if isinstance(value, int)}
        if any(not 0 < value <= MOST_SIZE for value in sizes.values()) or self.width % (2 * self.heads):
            raise ModelError(f"a critic's sizes lie in 1 to {MOST_SIZE}, its width is a multiple of 2 x heads")
        if not (0.0 <= self.dropout < 1.0 and self.temperature > 0.0 and -1.0 <= self.enough <= 1.0):
            raise ModelError("a critic's dropout lies in [0, 1), its temperature above 0, what is enough in -1 to 1")


class Critic(nn.Module):
    """Token grids [B, N, S] and prompts as unit vectors [B, latent]; their product is how well they fit.

    Attributes:
        codes: [S, K + 1, D] the tokenizer's codes, and zeros for what is unknown; not in the critic's own file
    """

    codes: Tensor
    mean: Tensor
    spread: Tensor

    def __init__(self, config: CriticConfig, tokenizer: MotionTokenizer) -> None:
        super().__init__()
        self.config = config
        self.levels = tokenizer.config.levels
        codes = tokenizer.code_table().detach().float()
        self.register_buffer("codes", functional.pad(codes, (0, 0, 0, 1)), persistent=False)
        shown = tokenizer.config.part_count * codes.shape[-1]
        self.register_buffer("mean", torch.zeros(shown))
        self.register_buffer("spread", torch.ones(shown))
        self.input = nn.Linear(shown, config.width)
        self.summary = nn.Parameter(torch.randn(config.width) * 0.02)
        self.motion = SequencePool(config, config.layers)
        self.text = nn.Sequential(
            nn.Linear(config.sentence_dim, config.feed_forward),
            nn.GELU(),
            nn.Linear(config.feed_forward, config.latent_dim),
        )
        self.log_scale = nn.Parameter(torch.tensor(-math.log(config.temperature)))

    def set_statistics(self, vectors: Tensor) -> None:
        """Take mean and spread of what `vectors_of` [M, P * D] gave of real motion."""
        self.mean.copy_(vectors.mean(0))
        self.spread.copy_(vectors.std(0).clamp_min(1e-4))

    def vectors_of(self, ids: Tensor) -> Tensor:
        """[..., S] -> [..., P * D]: each part's codes, summed over its levels."""
        streams = [self.codes[stream][ids[..., stream]] for stream in range(ids.shape[-1])]
        parts = range(0, len(streams), self.levels)
        return torch.cat([torch.stack(streams[first : first + self.levels]).sum(0) for first in parts], dim=-1)

    def embed_motion(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Ids [B, N, S], of which `lengths` [B] count -> [B, latent]"""
        inside = torch.arange(ids.shape[1], device=ids.device)[None] < lengths[:, None]
        tokens = self.input((self.vectors_of(ids) - self.mean) / self.spread)
        return torch.as_tensor(self.motion(self.summary.expand(len(ids), -1), tokens, inside))

    def embed_text(self, sentence: Tensor) -> Tensor:
        """Sentence features [B, D] of prompts -> [B, latent]"""
        told = functional.normalize(sentence, dim=-1) * math.sqrt(sentence.shape[-1])
        return functional.normalize(self.text(told).float(), dim=-1)

    @property
    def scale(self) -> Tensor:
        """Inverse temperature, at most 100 (CLIP's bound)."""
        return self.log_scale.exp().clamp(max=100.0)

    @torch.inference_mode()
    def judge(self, grids: list[Tensor], sentence: Tensor) -> Tensor:
        """[B], -1 to 1: how well each grid [N, S] fits its prompt, one row of `sentence` [B, D] each."""
        longest = self.config.longest
        windows = [(row, part) for row, grid in enumerate(grids) for part in grid.split(longest)]
        lengths = torch.tensor([len(part) for _, part in windows], device=self.mean.device)
        ids = nn.utils.rnn.pad_sequence([part for _, part in windows], batch_first=True)
        fits = (self.embed_motion(ids, lengths) * self.embed_text(sentence)[[row for row, _ in windows]]).sum(-1)
        rows = torch.tensor([row for row, _ in windows], device=fits.device)
        sums = fits.new_zeros(len(grids)).index_add(0, rows, fits * lengths)
        return sums / fits.new_zeros(len(grids)).index_add(0, rows, lengths.to(fits.dtype))


def save_critic(folder: Path, critic: Critic, half: bool = False) -> None:
    """Write its config and weights into a folder."""
    with folder_updated_whole(folder) as unfinished:
        text = json.dumps(asdict(critic.config), indent=2)
        (unfinished / CONFIG_NAME).write_text(text + "\n", encoding="utf-8")
        save_module(unfinished / WEIGHTS_NAME, critic, half)


def load_critic(folder: Path, tokenizer: MotionTokenizer) -> Critic:
    """What `save_critic` wrote, for the tokenizer it was trained with, in eval mode. ModelError if it is broken."""
    path = folder / CONFIG_NAME
    try:
        config = from_dict(CriticConfig, read_json(path), "critic")
    except (InputError, ModelError, *HOSTILE) as error:
        raise ModelError(f"{path}: {told(error)}") from error
    critic = Critic(config, tokenizer)
    load_module(folder / WEIGHTS_NAME, critic)
    return critic.eval()
