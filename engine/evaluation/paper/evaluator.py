"""The published evaluator as a folder of ours: networks, statistics, word list; and how it reads tagged sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import InputError
from engine.evaluation.paper.network import FRAMES_PER_STEP, PublishedConfig, PublishedNetwork
from engine.files.text import MOST_TEXT, read_json
from engine.files.whole import folder_updated_whole
from engine.models.config import from_dict
from engine.models.errors import ModelError
from engine.models.tensor_file import check_room, load_module, save_tensors

ARCHITECTURE = "published-text-motion-evaluator"
TENSORS, WORDS = "model.safetensors", "words.json"
# The tables' longest motion; all are filled up to it.
PADDED_FRAMES = 196
MAX_WORDS = 20
START, END, UNKNOWN = "sos", "eos", "unk"

# Tags in the order of the network's inputs: spaCy's coarse ones, then groups of words that stand for themselves.
TAGS = (
    "VERB",
    "NOUN",
    "DET",
    "ADP",
    "NUM",
    "AUX",
    "PRON",
    "ADJ",
    "ADV",
    "place",
    "body",
    "object",
    "action",
    "manner",
    "OTHER",
)
GROUPS = {
    "place": "left right clockwise counterclockwise anticlockwise forward back backward up down straight curve",
    "body": "arm chin foot feet face hand mouth leg waist eye knee shoulder thigh",
    "object": "stair dumbbell chair window floor car ball handrail baseball basketball",
    "action": "walk run swing pick bring kick put squat throw hop dance jump turn stumble stop sit lift lower raise "
    "wash stand kneel stroll rub bend balance flap jog shuffle lean rotate spin spread climb",
    "manner": "slowly carefully fast careful slow quickly happy angry sad happily angrily sadly",
}
_GROUP_OF = {word: TAGS.index(group) for group, words in GROUPS.items() for word in words.split()}
_OTHER = TAGS.index("OTHER")


class PublishedEvaluator:
    """Embeds motions and tagged sentences, rows of (N, latent)."""

    def __init__(self, network: PublishedNetwork, words: Sequence[str], batch_size: int = 32) -> None:
        self.network = network.eval()
        self.batch_size = batch_size
        self._number = {word: number for number, word in enumerate(words)}
        missing = [word for word in (START, END, UNKNOWN) if word not in self._number]
        if missing:
            raise ModelError(f"the evaluator's word list lacks {', '.join(missing)}")

    @property
    def guesses_lengths(self) -> bool:
        return self.network.length is not None

    @torch.inference_mode()
    def embed_motions(
        self, motions: Sequence[NDArray[np.floating]], lengths: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Features (T, F) of each; whole steps of 4 frames count, behind them stands the mean pose.

        Args:
            lengths: look at so many frames of each instead of its own
        """
        rows = []
        frames = [len(motion) // FRAMES_PER_STEP * FRAMES_PER_STEP for motion in motions]
        looked_at = list(frames if lengths is None else lengths)
        if min(looked_at) < FRAMES_PER_STEP:
            raise ModelError(f"a motion of less than {FRAMES_PER_STEP} frames cannot be embedded")
        longest = max(PADDED_FRAMES, *frames, *looked_at)
        for first in range(0, len(motions), self.batch_size):
            some = slice(first, first + self.batch_size)
            padded = self.network.mean.expand(len(frames[some]), longest, -1).clone()
            for row, (motion, count) in enumerate(zip(motions[some], frames[some], strict=True)):
                padded[row, :count] = torch.as_tensor(np.asarray(motion[:count], dtype=np.float32))
            rows.append(self.network.embed_motion(padded, torch.tensor(looked_at[some])).numpy())
        return np.concatenate(rows)

    @torch.inference_mode()
    def embed_texts(self, sentences: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Sentences as words with their tags, `word/TAG`."""
        parts = [sentences[first : first + self.batch_size] for first in range(0, len(sentences), self.batch_size)]
        return np.concatenate([self.network.embed_text(*self._read(part)).numpy() for part in parts])

    @torch.inference_mode()
    def guess_lengths(self, sentences: Sequence[Sequence[str]], seed: int) -> list[int]:
        """A length in frames for each sentence, drawn as likely as the network finds it; 1 to 49 steps."""
        shares = self.network.length_logits(*self._read(sentences)).softmax(-1)
        drawn = torch.multinomial(shares, 1, generator=torch.Generator().manual_seed(seed))[:, 0]
        return [min(max(1, step), PADDED_FRAMES // FRAMES_PER_STEP) * FRAMES_PER_STEP for step in drawn.tolist()]

    def _read(self, sentences: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor, Tensor]:
        words = torch.full((len(sentences), MAX_WORDS + 2), self._number[UNKNOWN])
        tags = torch.full_like(words, _OTHER)
        lengths = torch.zeros(len(sentences), dtype=torch.long)
        for row, sentence in enumerate(sentences):
            marked = [f"{START}/OTHER", *sentence[:MAX_WORDS], f"{END}/OTHER"]
            lengths[row] = len(marked)
            for place, token in enumerate(marked):
                words[row, place], tags[row, place] = self._look_up(token)
        return words, tags, lengths

    def _look_up(self, token: str) -> tuple[int, int]:
        """Numbers of word and tag; a word of a group has the group for its tag, an unknown one OTHER."""
        word, _, tag = token.rpartition("/")
        if word not in self._number:
            return self._number[UNKNOWN], _OTHER
        own = TAGS.index(tag) if tag in TAGS[:9] else _OTHER
        return self._number[word], _GROUP_OF.get(word, own)


def save_evaluator(folder: Path, config: PublishedConfig, tensors: dict[str, Tensor], words: Sequence[str]) -> None:
    """Write config.json, words.json and the tensors of a PublishedNetwork."""
    content = {"architecture": ARCHITECTURE, **asdict(config)}
    with folder_updated_whole(folder) as unfinished:
        save_tensors(unfinished / TENSORS, tensors)
        (unfinished / WORDS).write_text(json.dumps(list(words), ensure_ascii=False) + "\n", encoding="utf-8")
        (unfinished / "config.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def load_evaluator(folder: Path) -> PublishedEvaluator:
    """Read what `save_evaluator` wrote. Raises ModelError, saying what does not fit."""
    try:
        content, words = read_json(folder / "config.json"), read_json(folder / WORDS, MOST_TEXT)
    except InputError as error:
        raise ModelError(
            f"{folder} holds no converted evaluator ({error}): make one with 'mmm weights convert-evaluator'"
        ) from error
    if not isinstance(content, dict) or content.pop("architecture", None) != ARCHITECTURE:
        raise ModelError(f"{folder} holds no published evaluator: make one with 'mmm weights convert-evaluator'")
    config = from_dict(PublishedConfig, content, f"{folder}/config.json")
    widest = max(config.movement_width, config.motion_width, config.text_width)
    sizes = {name: size for name, size in asdict(config).items() if name != "lengths"}
    check_room(folder / TENSORS, widest * widest, sizes.values())
    network = PublishedNetwork(config)
    load_module(folder / TENSORS, network)
    if not isinstance(words, list) or len(words) != network.config.words:
        raise ModelError(f"{folder / WORDS} does not list {network.config.words} words")
    return PublishedEvaluator(network, words)
