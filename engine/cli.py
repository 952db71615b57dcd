"""The command line: `mmm generate | edit | story | interact | batch | info | data ... | train ... | evaluate ...`."""

from __future__ import annotations

import argparse
import io
import sys

from engine.commands.batch import add_batch
from engine.commands.bench import add_bench
from engine.commands.data import add_data
from engine.commands.edit import add_edit, add_evaluate_editing, add_story
from engine.commands.evaluate import add_evaluate
from engine.commands.evaluating.direction import add_evaluate_direction
from engine.commands.evaluating.interactions import add_evaluate_interactions
from engine.commands.evaluating.prompts import add_evaluate_prompts
from engine.commands.generate import add_generate
from engine.commands.info import run_info
from engine.commands.interact import add_interact
from engine.commands.train import add_evaluate_finetuning, add_publish, add_train
from engine.commands.weights import add_weights_commands
from engine.errors import InputError


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse a command; exits with code 2 and a usage line if it makes no sense."""
    parser = argparse.ArgumentParser(prog="mmm", description="Text to human motion, offline.")
    commands = parser.add_subparsers(dest="command", required=True)
    add_generate(commands.add_parser("generate", help="make a motion from a sentence"))
    add_edit(commands.add_parser("edit", help="regenerate a part of a motion, keep the rest"))
    add_story(commands.add_parser("story", help="one motion through many prompts"))
    add_interact(commands.add_parser("interact", help="two characters who do something with each other"))
    add_batch(commands.add_parser("batch", help="a list of prompts to a library of actions for a rig"))
    commands.add_parser("info", help="device, versions and models").set_defaults(run=run_info)
    add_data(commands.add_parser("data", help="training data"))
    add_train(commands.add_parser("train", help="train a model's part"))
    add_publish(commands.add_parser("publish", help="a trained model in half precision, to be shipped"))
    add_evaluate(commands.add_parser("evaluate", help="measure a model on held-out clips"))
    add_evaluate_interactions(commands.add_parser("evaluate-interactions", help="do two bodies meet and touch?"))
    add_evaluate_direction(commands.add_parser("evaluate-direction", help="does it come to targets?"))
    add_evaluate_prompts(commands.add_parser("evaluate-prompts", help="does it do what artists type?"))
    add_weights_commands(commands.add_parser("weights", help="published checkpoints"))
    add_bench(commands.add_parser("bench", help="how fast this machine samples, starts and trains"))
    add_evaluate_editing(commands.add_parser("evaluate-editing", help="measure editing on held-out clips"))
    add_evaluate_finetuning(commands.add_parser("evaluate-finetuning", help="new actions from a few clips"))
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; bad input is one line on stderr and exit code 2, 1 says that a part was left out."""
    options = parse_arguments(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of files may have letters that a terminal of another alphabet cannot show.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int | None = options.run(options)
    except InputError as error:
        print(f"mmm: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"mmm: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mmm: stopped", file=sys.stderr)
        return 130
    return code or 0


if __name__ == "__main__":
    sys.exit(main())
