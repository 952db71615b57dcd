"""The authors' checkpoint pair -> a model folder of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.conversion.card import LICENCE, model_card
from engine.conversion.checkpoint import read_checkpoint
from engine.conversion.statistics import read_statistics
from engine.conversion.tokenizer_tensors import tokenizer_sizes, tokenizer_tensors
from engine.conversion.transformer_tensors import take_tokenizer_copy, transformer_sizes, transformer_tensors
from engine.files.whole import folder_written_whole
from engine.models.config import ModelConfig
from engine.models.errors import ModelError
from engine.models.folder import CONFIG_NAME, TOKENIZER_NAME, TRANSFORMER_NAME, save_config
from engine.models.tensor_file import check_tensors, save_tensors
from engine.models.tokenizer import MotionTokenizer
from engine.models.transformer import MaskedTransformer
from engine.watch import UNWATCHED, Watch

# Frames per second of the data sets that the skeletons belong to: HumanML3D, KIT-ML.
FRAME_RATES = {22: 20.0, 21: 12.5}
STEPS = 4  # that progress is told in


@dataclass(frozen=True)
class Conversion:
    """What was written.

    Attributes:
        same_tokenizer: whether the tokenizer that the transformer's file repeats is the converted one
    """

    config: ModelConfig
    parameters: int
    same_tokenizer: bool


def convert_checkpoints(
    vq: Path,
    transformer: Path,
    out: Path,
    mean: Path | None = None,
    std: Path | None = None,
    heads: int | None = None,
    watch: Watch = UNWATCHED,
) -> Conversion:
    """Write `out` with config, tensors and card from two `net_last.pth`.

    Every tensor of both files has to be one we know, of the shape that the others imply; ModelError
    names the first that is not, and nothing is written then. Code in the files is never run.

    Args:
        mean, std: .npy of the training data, by default HumanML3D's as the published models use them
        heads: of attention, which cannot be read from the tensors; by default the published 16
        watch: told of the steps; a cancel between them leaves nothing behind, and is Cancelled
    """

    def report(step: int, of: int) -> None:
        watch.check()
        watch.report("convert", step, of)

    if (out / CONFIG_NAME).exists():
        raise ModelError(f"{out} holds a model already: name another folder, or remove it first")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ModelError(f"{out} is there already, and is no empty folder: name another one")
    report(0, STEPS)
    tokens = read_checkpoint(vq, "net")
    masked = read_checkpoint(transformer, "trans")
    tokenizer = tokenizer_sizes(tokens)
    if tokenizer.joint_count not in FRAME_RATES:
        raise ModelError(f"{vq} is of a skeleton with {tokenizer.joint_count} joints; known are 22 and 21")
    config = ModelConfig(
        name=out.resolve().name,
        description="Published MMM checkpoint, converted.",
        licence=LICENCE,
        fps=FRAME_RATES[tokenizer.joint_count],
        text_encoder="clip",
        tokenizer=tokenizer,
        transformer=transformer_sizes(masked, tokenizer, heads),
    )
    statistics = read_statistics(mean, std, tokenizer.feature_dim)
    token_state = tokenizer_tensors(tokens, tokenizer, statistics)
    tokens.finish()
    check_tensors(vq, token_state, MotionTokenizer(tokenizer))
    copy = take_tokenizer_copy(masked, tokenizer)
    same = all(torch.equal(tensor, token_state[key]) for key, tensor in copy.items() if key in token_state)
    masked_state = transformer_tensors(masked, config.transformer, tokenizer, copy)
    masked.finish()
    check_tensors(transformer, masked_state, MaskedTransformer.without_values(config.transformer, tokenizer))
    report(1, STEPS)
    with folder_written_whole(out) as unfinished:
        save_tensors(unfinished / TOKENIZER_NAME, _contiguous(token_state))
        report(2, STEPS)
        save_tensors(unfinished / TRANSFORMER_NAME, _contiguous(masked_state))
        report(3, STEPS)
        card = model_card(config, vq, transformer, same)
        (unfinished / "MODEL_CARD.md").write_text(card, encoding="utf-8")
        save_config(unfinished, config)
    report(STEPS, STEPS)
    states = (token_state, masked_state)
    parameters = sum(tensor.numel() for state in states for tensor in state.values())
    return Conversion(config, parameters, same)


def _contiguous(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {key: tensor.contiguous() for key, tensor in state.items()}
