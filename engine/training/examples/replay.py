"""Motions a model makes of captions, to be replayed while it learns new ones.

Who fine-tunes a model seldom has what it was trained on. What it makes of many prompts stands in for that:
the fine-tuned model is taught to go on saying there what the model said before.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from engine.data.captions.segments import read_segments
from engine.data.clips import Caption, Clip
from engine.errors import InputError
from engine.files.arrays import read_arrays
from engine.files.whole import written_whole
from engine.generation.sampler import MaskedSampler, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.models.config import FRAMES_PER_TOKEN
from engine.models.folder import MotionModel
from engine.models.text_encoder import TextEncoder
from engine.training.examples.token_dataset import MIN_TOKENS, TokenClip

CAPTIONS = Path(__file__).parents[2] / "data" / "captions" / "open.jsonl"
REPLAYS_NAME = "replays.npz"
# The model's own distribution: no guidance, which would narrow it.
SAMPLING = SamplingConfig(steps=10, fine_steps=1, fine_temperature=1.0, guidance=1.0)
BATCH = 32


def choose_captions(count: int, seed: int, path: Path = CAPTIONS) -> list[str]:
    """Captions drawn evenly over the recordings they describe."""
    rng = np.random.default_rng([seed, 41])
    by_trial: dict[str, list[str]] = {}
    for segment in read_segments(path):
        by_trial.setdefault(segment.trial, []).extend(segment.captions)
    trials = sorted(by_trial)
    drawn = rng.permutation(trials)[np.arange(count) % len(trials)]
    return [by_trial[str(trial)][int(rng.integers(len(by_trial[str(trial)])))] for trial in drawn]


def make_replays(
    model: MotionModel, encoder: TextEncoder, captions: list[str], seed: int, cache: Path
) -> list[TokenClip]:
    """The tokens the model makes of each caption; read from `cache` if an earlier session made them.

    Raises InputError for a model that needs a motion's lower body.
    """
    if model.config.transformer.predicted_parts != "all":
        raise InputError("this model makes the upper body only: give older data with --rehearse")
    kept = _read_replays(cache, captions)
    if kept is not None:
        return kept
    made: list[TokenClip] = []
    starts = range(0, len(captions), BATCH)
    for start in tqdm(starts, desc="replays", unit="batch", leave=False):
        made += _make_batch(model, encoder, captions[start : start + BATCH], seed + start)
    arrays = {f"ids_{row}": item.by_offset[0] for row, item in enumerate(made)}
    with written_whole(cache) as unfinished:
        np.savez_compressed(unfinished, captions=np.array(captions), **arrays)
    return made


def _read_replays(cache: Path, captions: list[str]) -> list[TokenClip] | None:
    """What an earlier session kept, if it is of these captions; a damaged file counts as none."""
    if not cache.is_file():
        return None
    with contextlib.suppress(InputError, KeyError):
        kept = read_arrays(cache, {"captions", *(f"ids_{row}" for row in range(len(captions)))}, most=len(captions) + 1)
        if kept["captions"].tolist() == captions:
            return [_clip(caption, kept[f"ids_{row}"]) for row, caption in enumerate(captions)]
    return None


@torch.inference_mode()
def _make_batch(model: MotionModel, encoder: TextEncoder, captions: list[str], seed: int) -> list[TokenClip]:
    transformer, most = model.transformer, model.config.transformer.max_tokens
    text = encoder.encode(captions).to(next(transformer.parameters()).device)
    generator = torch.Generator().manual_seed(seed)
    if transformer.duration is not None:
        chances = transformer.duration(text.sentence).float().softmax(-1).cpu()
        lengths = torch.multinomial(chances, 1, generator=generator)[:, 0] + 1
    else:
        lengths = torch.randint(most // 2, most + 1, (len(captions),), generator=generator)
    lengths = lengths.clamp(min(MIN_TOKENS, most), most)
    shape = (len(captions), int(lengths.max()), model.config.tokenizer.streams)
    device = text.sentence.device
    request = SamplingRequest(
        torch.zeros(shape, dtype=torch.long, device=device),
        torch.ones(shape, dtype=torch.bool, device=device),
        lengths.to(device),
        text,
        tuple(range(seed, seed + len(captions))),
    )
    ids = MaskedSampler(transformer, model.config.tokenizer.levels).sample(request, SAMPLING).cpu().numpy()
    return [_clip(captions[row], ids[row, : int(lengths[row])]) for row in range(len(captions))]


def _clip(caption: str, ids: np.ndarray) -> TokenClip:
    """A clip of tokens alone; nothing asks for its features."""
    features = np.zeros((len(ids) * FRAMES_PER_TOKEN, 0), dtype=np.float32)
    return TokenClip(Clip(f"replay: {caption}", features, (Caption(caption),)), (ids,))
