"""`mmm weights convert`: the authors' checkpoints, to be run by this engine; `know`: what a model was taught."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def add_weights_commands(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm weights`."""
    commands = parser.add_subparsers(required=True)
    convert = commands.add_parser("convert", help="published MMM checkpoints -> a model folder")
    convert.add_argument("--vq", type=Path, required=True, help="the tokenizer's net_last.pth")
    convert.add_argument("--transformer", type=Path, required=True, help="the transformer's net_last.pth")
    convert.add_argument("--out", type=Path, required=True, help="folder of the model, e.g. weights/mmm-paper")
    convert.add_argument("--mean", type=Path, help="mean.npy of the data, by default HumanML3D's")
    convert.add_argument("--std", type=Path, help="std.npy of the data, by default HumanML3D's")
    convert.add_argument("--heads", type=int, help="attention heads, by default the published 16")
    convert.set_defaults(run=run_convert)
    evaluator = commands.add_parser("convert-evaluator", help="the published evaluator -> an evaluator folder")
    evaluator.add_argument("--matching", type=Path, required=True, help="text_mot_match/model/finest.tar")
    evaluator.add_argument("--words", type=Path, required=True, help="folder of our_vab_data.npy and its two .pkl")
    evaluator.add_argument("--mean", type=Path, help="mean.npy to normalise with, by default MMM's for HumanML3D")
    evaluator.add_argument("--std", type=Path, help="std.npy likewise")
    evaluator.add_argument("--lengths", type=Path, help="length_est_bigru/model/latest.tar, for guessed lengths")
    evaluator.add_argument("--out", type=Path, required=True, help="folder of the evaluator")
    evaluator.set_defaults(run=run_convert_evaluator)
    know = commands.add_parser("know", help="sentences that a model was taught -> a file beside it, for hints")
    know.add_argument("--data", type=Path, required=True, metavar="PACK", help="what the model was trained on")
    know.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    know.set_defaults(run=run_know)


def run_convert(options: argparse.Namespace) -> None:
    """Convert a pair of files and say what came of it."""
    from engine.conversion.convert import convert_checkpoints

    done = convert_checkpoints(options.vq, options.transformer, options.out, options.mean, options.std, options.heads)
    size = sum(path.stat().st_size for path in options.out.glob("*.safetensors")) / 1e6
    print(f"{options.out}: {done.parameters / 1e6:.1f} M numbers, {size:.0f} MB, licence {done.config.licence}")
    if not done.same_tokenizer:
        print("note: the transformer's file repeats another tokenizer than --vq; do the two files belong together?")
    if done.config.transformer.predicted_parts == "upper":
        print("an upper-body model: it re-makes the upper body of a motion whose legs are given")


def run_convert_evaluator(options: argparse.Namespace) -> None:
    """Convert the evaluator's files and say what came of it."""
    from engine.conversion.evaluator import convert_evaluator

    config = convert_evaluator(options.matching, options.words, options.out, options.mean, options.std, options.lengths)
    lengths = "with" if config.lengths else "without"
    print(f"{options.out}: {config.feature_dim} features, {config.words} words, {lengths} guesses of length")


def run_know(options: argparse.Namespace) -> None:
    """Choose sentences that stand for all we wrote ourselves; those that others wrote are not passed on."""
    import json

    from engine.data.packing.pack import read_pack
    from engine.generation.familiar import FILE_NAME, choose_sentences
    from engine.models.folder import load_config
    from engine.models.text_encoder import load_text_encoder
    from engine.weights import find_text_encoder, find_weights

    sheets = (Path(__file__).parents[1] / "data" / "captions").glob("*.jsonl")
    lines = [line for sheet in sheets for line in sheet.read_text(encoding="utf-8").splitlines() if line.strip()]
    ours = {caption for line in lines for caption in json.loads(line)["captions"]}
    sentences = [
        caption
        for segment in read_pack(options.data).segments
        for caption in segment.captions
        if caption in ours or segment.trial.startswith("choreo_")
    ]
    folder = find_weights(options.weights)
    config = load_config(folder)
    encoder = load_text_encoder(config.text_encoder, find_text_encoder(config, folder))

    def encode(texts: list[str]) -> NDArray[np.float32]:
        batches = [encoder.encode(texts[first : first + 64]).sentence for first in range(0, len(texts), 64)]
        return np.concatenate([batch.numpy() / np.linalg.norm(batch, axis=-1, keepdims=True) for batch in batches])

    known = choose_sentences(sentences, encode)
    known.save(folder / FILE_NAME)
    size = (folder / FILE_NAME).stat().st_size / 1000
    print(f"{folder / FILE_NAME}: {len(known.texts)} of {len(sentences)} sentences, {size:.0f} kB")
