"""The command `mmm batch`: what the panel's *Batch* makes, without a window."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from engine.blender_process import check_blender, make_library
from engine.commands.outputs import add_sampling_options, progress_bar

# A line that Blender's process says: how far it is and what was made, or how it ended.
LINE = re.compile(r"\[(\d+)/(\d+)\] |\[end\] (.*)")


def add_batch(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm batch`."""
    parser.add_argument(
        "prompts",
        type=Path,
        metavar="PROMPTS.csv",
        help="a prompt a line, or a table: prompt, seconds, seed, loop, name, mood, intensity",
    )
    parser.add_argument("--rig", type=Path, required=True, metavar="RIG.blend", help="whom the actions are for")
    parser.add_argument("--out", type=Path, required=True, metavar="LIBRARY.blend", help="actions, marked as assets")
    parser.add_argument("--character", default="", help="the armature's name; default: the active or only one")
    parser.add_argument("--catalog", default="MMM", help="asset catalog, like Hero/Walks; empty: none")
    add_sampling_options(parser)
    parser.set_defaults(run=run_batch)


def run_batch(options: argparse.Namespace) -> int:
    """Make the library, with a line for each action; 1 where some lines could not be made."""
    from tqdm import tqdm

    from engine.weights import find_weights

    check_blender()
    arguments = [str(options.prompts.absolute()), "--weights", str(find_weights(options.weights).absolute())]
    for name in ("rig", "out"):
        arguments += [f"--{name}", str(getattr(options, name).absolute())]
    for name in ("character", "catalog", "device", "precision", "steps", "guidance"):
        if getattr(options, name) not in (None, ""):
            arguments.append(f"--{name}={getattr(options, name)}")
    with progress_bar("batch", "action") as watch:

        def hear(line: str) -> None:
            found = LINE.match(line)
            if found is None:
                return  # Blender's own chatter
            done, of, outcome = found.groups()
            if done:
                watch.report("batch", int(done), int(of))
            tqdm.write(outcome or line)

        return make_library(arguments, hear)
