"""`mmm weights convert`: the authors' checkpoints, to be run by this engine."""

from __future__ import annotations

import argparse
from pathlib import Path


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
