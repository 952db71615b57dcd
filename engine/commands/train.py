"""The commands `mmm train tokenizer | transformer | evaluator | all`, `mmm publish` and `mmm evaluate-finetuning`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.files.whole import write_text

if TYPE_CHECKING:
    from engine.data.clips import ClipSource
    from engine.models.config import ModelConfig
    from engine.training.config import Budget
    from engine.training.loop import TrainingResult
    from engine.training.recipe import Recipe

# Makers' figures for dense bfloat16 matrix products, TFLOP/s.
GPU_PEAKS = {"RTX A5000": 111.0, "A100": 312.0, "H100": 989.0}

# How `mmm train all` divides its minutes.
SHARES = {"tokenizer": 0.25, "transformer": 0.6, "evaluator": 0.15}


def add_train(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm train`."""
    parts = parser.add_subparsers(required=True)
    tokenizer = parts.add_parser("tokenizer", help="motion <-> tokens; comes first")
    _add_recipe(tokenizer)
    tokenizer.add_argument("--init", metavar="MODEL", help="model to go on from, of the same joints or fewer")
    tokenizer.set_defaults(run=run_train_tokenizer)
    transformer = parts.add_parser("transformer", help="text -> tokens, on a trained tokenizer")
    _add_recipe(transformer)
    transformer.add_argument("--tokenizer", type=Path, metavar="DIR", help="RUN/model of a tokenizer training")
    transformer.add_argument(
        "--init",
        metavar="MODEL",
        help="bundled name or model folder to go on from; with --tokenizer, on one that went on from its own",
    )
    transformer.add_argument("--rehearse", type=Path, metavar="DATA", help="older data to replay while fine-tuning")
    transformer.add_argument("--text-encoder", type=Path, metavar="DIR", help="by default as generating finds it")
    transformer.set_defaults(run=run_train_transformer)
    everything = parts.add_parser("all", help="tokenizer, transformer and evaluator, one after the other")
    _add_recipe(everything)
    everything.add_argument("--init", metavar="MODEL", help="model to go on from")
    everything.add_argument("--text-encoder", type=Path, metavar="DIR", help="by default as generating finds it")
    everything.set_defaults(run=run_train_all)
    cost = parts.add_parser("cost", help="what a recipe asks of a machine, counted on a small batch")
    cost.add_argument("--recipe", default="paper-humanml3d")
    cost.add_argument("--set", action="append", default=[], dest="changes", metavar="KEY=VALUE")
    cost.add_argument("--steps", type=int, help="default: the recipe's")
    cost.add_argument("--utilisation", type=float, default=0.3, help="share of a GPU's peak that is reached")
    cost.set_defaults(run=run_train_cost)
    evaluator = parts.add_parser("evaluator", help="the judge of `mmm evaluate`")
    _add_run(evaluator, "folder in HumanML3D's layout, or a pack of 'mmm data pack'")
    evaluator.set_defaults(run=run_train_evaluator)


def add_publish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="RUN/model of a transformer training")
    parser.add_argument("--out", type=Path, required=True)
    parser.set_defaults(run=run_publish)


def add_evaluate_finetuning(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="OUT/open of 'mmm data build'")
    parser.add_argument("--evaluator", type=Path, required=True, help="trained evaluator folder")
    parser.add_argument("--run", type=Path, required=True, dest="run_dir", help="every stage is kept here")
    parser.add_argument("--actions", type=Path, help="TOML list of the actions to hold out")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--base-minutes", type=float, help="training of the base model without the actions")
    budget.add_argument("--base-steps", type=int)
    parser.add_argument("--steps", type=int, help="of fine-tuning; default: the recipe's")
    parser.add_argument("--rehearse", action="store_true", help="replay the base's data, not its own motions")
    parser.add_argument("--plain", action="store_true", help="a quick look: the base without twins and speeds")
    for flag, what in (("--set-base", "open"), ("--set", "finetune")):
        parser.add_argument(flag, action="append", default=[], metavar="KEY=VALUE", help=f"change the recipe {what}")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, default=Path("out/finetuning.json"))
    parser.set_defaults(run=run_evaluate_finetuning)


def run_evaluate_finetuning(options: argparse.Namespace) -> None:
    """Hold actions out, learn them from a few clips, measure both models; goes on where it was stopped."""
    import json

    from engine.evaluation.finetuning import (
        ACTIONS,
        FinetuningConfig,
        finetuning_markdown,
        read_actions,
        run_finetuning,
    )
    from engine.training.config import Budget

    _check_data(options.data)
    if not (options.evaluator / "config.json").is_file():
        raise InputError(f"{options.evaluator} is no evaluator: train one with 'mmm train evaluator'")
    config = FinetuningConfig(
        Budget(steps=options.base_steps, minutes=options.base_minutes),
        options.steps,
        tuple(options.set_base),
        tuple(options.set),
        options.rehearse,
        options.plain,
        options.repeats,
    )
    actions = read_actions(options.actions or ACTIONS)
    report = run_finetuning(options.data, options.evaluator, options.run_dir, actions, config)
    write_text(options.json, json.dumps(report, indent=2) + "\n")
    print(finetuning_markdown(report))


def _add_run(parser: argparse.ArgumentParser, data: str = "folder in HumanML3D's layout") -> None:
    parser.add_argument("--data", type=Path, required=True, help=data)
    parser.add_argument("--run", type=Path, required=True, dest="run_dir", help="checkpoints go here")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=float)
    budget.add_argument("--steps", type=int, help="default: the recipe's")
    parser.add_argument("--seed", type=int, default=0)


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    _add_run(parser, "folder in HumanML3D's or KIT-ML's layout, or a pack of 'mmm data pack'")
    parser.add_argument("--recipe", default="open", help="name or .toml file; see engine/training/recipes")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="changes",
        metavar="KEY=VALUE",
        help="change a value of the recipe, e.g. transformer.run.batch_size=64; repeatable",
    )
    parser.add_argument("--device", default="auto", help="auto or cpu")


def run_train_tokenizer(options: argparse.Namespace) -> None:
    """Train a tokenizer; Ctrl-C leaves a checkpoint that the same command goes on from."""
    from dataclasses import replace

    from engine.data.licence import describe_model
    from engine.data.packing.source import open_source
    from engine.training.train_tokenizer import TokenizerRun, train_tokenizer
    from engine.weights import find_weights

    recipe = _recipe(options)
    if options.recipe == "finetune":
        raise InputError("fine-tuning keeps the tokenizer: use 'mmm train transformer --recipe finetune --init MODEL'")
    training = replace(recipe.tokenizer, run=replace(recipe.tokenizer.run, seed=options.seed))
    budget = _budget(options, training.run.steps)
    init = find_weights(options.init) if options.init is not None else None
    data = open_source(options.data)
    run = TokenizerRun(describe_model(recipe.model, data), training, init)
    _tell(train_tokenizer(run, data, options.run_dir, budget, options.device))


def run_train_transformer(options: argparse.Namespace) -> None:
    """Train a transformer from nothing or from a model; Ctrl-C and the same command go on."""
    from dataclasses import replace

    from engine.data.packing.source import open_source
    from engine.models.folder import load_config
    from engine.training.train_transformer import TransformerRun, train_transformer
    from engine.weights import find_text_encoder, find_weights

    recipe = _recipe(options)
    training = replace(recipe.transformer, run=replace(recipe.transformer.run, seed=options.seed))
    budget = _budget(options, training.run.steps)
    if options.rehearse is not None and not (options.rehearse / "train.txt").is_file():
        raise InputError(f"--rehearse {options.rehearse} is no data set: it has no train.txt")
    if options.init is None and (options.recipe == "finetune" or options.rehearse is not None):
        raise InputError("fine-tuning goes on from a model: give --init, e.g. --init mmm-open")
    init = find_weights(options.init) if options.init is not None else None
    tokenizer = options.tokenizer or init
    if tokenizer is None:
        raise InputError("a transformer needs a tokenizer: give --tokenizer RUN/model, or --init to fine-tune a model")
    made_with = load_config(tokenizer)
    finetunes = options.tokenizer is None
    data = open_source(options.data)
    model = _finetuned(made_with, data) if finetunes else _on_tokenizer(recipe, made_with, data)
    encoder = options.text_encoder or find_text_encoder(model, tokenizer)
    run = TransformerRun(tokenizer, encoder, model, training, init, options.rehearse)
    _tell(train_transformer(run, data, options.run_dir, budget, device=options.device))


def run_train_all(options: argparse.Namespace) -> None:
    """Train a model and its judge into RUN/tokenizer, RUN/transformer and RUN/evaluator; the same command goes on.

    --minutes are divided by `SHARES`; --steps are each stage's.
    """
    if options.minutes is None and options.steps is None:
        raise InputError("how long to train? Give --minutes for all three together, or --steps of each")

    def stage(name: str, **changed: object) -> argparse.Namespace:
        minutes = None if options.minutes is None else options.minutes * SHARES[name]
        return argparse.Namespace(**{**vars(options), "run_dir": options.run_dir / name, "minutes": minutes, **changed})

    run_train_tokenizer(stage("tokenizer"))
    tokenizer = options.run_dir / "tokenizer" / "model"
    run_train_transformer(stage("transformer", tokenizer=tokenizer, rehearse=None))
    run_train_evaluator(stage("evaluator"))


def run_train_evaluator(options: argparse.Namespace) -> None:
    """Train the evaluator; Ctrl-C and the same command go on."""
    from dataclasses import replace

    from engine.data.packing.source import open_source
    from engine.evaluation.train_evaluator import EvaluatorTrainingConfig, train_evaluator
    from engine.models.text_encoder import load_text_encoder
    from engine.weights import BUNDLED

    if not options.data.is_file():
        _check_data(options.data)
    budget = _budget(options, None)
    training = EvaluatorTrainingConfig()
    training = replace(training, run=replace(training.run, seed=options.seed))
    encoder = load_text_encoder("minilm", BUNDLED / "minilm")
    _tell(train_evaluator(training, open_source(options.data), options.run_dir, encoder, budget))


def run_train_cost(options: argparse.Namespace) -> None:
    """Print what training a recipe takes."""
    from engine.training.cost import cost_markdown
    from engine.training.recipe import load_recipe

    if not 0.0 < options.utilisation <= 1.0:
        raise InputError(f"--utilisation {options.utilisation:g} is a share: give more than 0 and at most 1")
    print(cost_markdown(load_recipe(options.recipe, options.changes), options.steps, GPU_PEAKS, options.utilisation))


def run_publish(options: argparse.Namespace) -> None:
    """Store a trained model at half its size."""
    from engine.models.folder import load_model_folder, save_model_folder

    save_model_folder(options.out, load_model_folder(options.model), half=True)
    size = sum(path.stat().st_size for path in options.out.glob("*.safetensors")) / 1e6
    print(f"{options.out}: {size:.1f} MB")


def _recipe(options: argparse.Namespace) -> Recipe:
    from engine.training.recipe import load_recipe

    if not options.data.is_file():
        _check_data(options.data)
    return load_recipe(options.recipe, options.changes)


def _check_data(data: Path) -> None:
    if not (data / "train.txt").is_file():
        raise InputError(f"{data} is no data set: it has no train.txt, see 'mmm data build' and 'mmm data import'")


def _budget(options: argparse.Namespace, steps: int | None) -> Budget:
    from engine.training.config import Budget

    if options.minutes is None and options.steps is None and steps is None:
        raise InputError("how long to train? This recipe does not say: give --minutes or --steps")
    if (options.minutes is not None and not options.minutes > 0) or (options.steps is not None and options.steps < 1):
        raise InputError("--minutes and --steps must be positive")
    if options.minutes is not None:
        return Budget(minutes=options.minutes)
    return Budget(steps=options.steps or steps)


def _on_tokenizer(recipe: Recipe, made_with: ModelConfig, data: ClipSource) -> ModelConfig:
    """Raises InputError if the tokenizer was trained on data of another licence."""
    from engine.data.licence import describe_model

    model = describe_model(recipe.model, data)
    if made_with.licence != model.licence:
        raise InputError(f"the tokenizer's licence is {made_with.licence}, the data's {model.licence}: they must agree")
    return model


def _finetuned(base: ModelConfig, data: ClipSource) -> ModelConfig:
    """Name and licence of what a model becomes on new data."""
    from dataclasses import replace

    from engine.data.licence import data_licence, joined_licence

    found = data_licence(data)
    name = data.name if found is None else found[0]
    licence = "unknown" if found is None else found[1]
    return replace(
        base,
        name=f"{base.name}+{name}",
        description=f"{base.name}, fine-tuned on {name}.",
        licence=joined_licence(base.licence, licence),
    )


def _tell(result: TrainingResult) -> None:
    """Once, by the main one of several processes."""
    if os.environ.get("RANK", "0") != "0":
        return
    state = "finished" if result.finished else "stopped, run the same command to go on"
    print(f"{state} at step {result.step}: {result.scores}")
