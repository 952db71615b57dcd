"""The commands `mmm edit`, `mmm story` and `mmm evaluate-editing`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.commands.outputs import (
    add_generation_options,
    add_mood,
    check_outputs,
    print_hint,
    progress_bar,
    sampling_from,
    write_motion,
)
from engine.commands.targets import add_targets, parse_target
from engine.errors import InputError
from engine.motion.motion_file import read_motion_file
from engine.requests.edit import HOLDABLE, EditConfig, EditRequest
from engine.requests.kinds import KINDS, Change, Given, Regenerate
from engine.requests.story import StoryRequest

if TYPE_CHECKING:
    from engine.motion.motion import Motion

FPS = 20.0  # of the motions that are edited
# Options of `mmm edit`, by their names in what argparse finds; without any of them a span is regenerated.
OPTIONS = {option.flag.replace("-", "_"): option for kind in KINDS.values() for option in kind.OPTIONS}
# Fields of Given that go with some of them.
SHARED = {"start": "--from", "stop": "--to", "part": "--part", "order": "--order", "strength": "--strength"}


def add_edit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("motion", type=Path, help=".npz of 'mmm generate', or any with joints (T, 22, 3) at 20 fps")
    parser.add_argument("--prompt", default="", help="what should happen; nothing: what the model likes")
    chosen = parser.add_mutually_exclusive_group()
    for option in OPTIONS.values():
        chosen.add_argument(f"--{option.flag}", type=float, nargs=option.count, metavar=option.unit, help=option.help)
    parser.add_argument("--order", choices=("least", "most"), help="--vary the least (default) or most certain share")
    parser.add_argument("--strength", type=float, help="--retime: share of the new frames that is made anew")
    parser.add_argument("--from", type=float, dest="start", metavar="SECONDS", help="begin of the span to regenerate")
    parser.add_argument("--to", type=float, dest="stop", metavar="SECONDS", help="its end; default: the motion's")
    parser.add_argument("--part", help="lower, upper, arms, left_arm or right_arm; default: the whole body")
    add_mood(parser)
    add_targets(parser)
    told = "what stays in its place through the edit, where it is there on both sides: feet that stand do so anyway"
    parser.add_argument("--hold", nargs="+", default=[], choices=HOLDABLE, help=told)
    parser.add_argument("--candidates", type=int, default=3, help="fillings to choose the best fitting from")
    _add_common(parser)
    parser.set_defaults(run=run_edit)


def add_story(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "script", type=Path, help="YAML or JSON: a list 'story' of prompts with seconds, targets, stops and moods"
    )
    _add_common(parser)
    parser.set_defaults(run=run_story)


def add_evaluate_editing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder in HumanML3D layout")
    parser.add_argument("--evaluator", type=Path, required=True, help="trained evaluator folder")
    parser.add_argument("--weights", default="mmm-open")
    parser.add_argument("--split", default="test", choices=("val", "test"))
    parser.add_argument("--clips", type=int, default=256, help="at most so many held-out clips to edit")
    parser.add_argument("--json", type=Path, default=Path("out/editing.json"))
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")
    parser.set_defaults(run=run_evaluate_editing)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, help="default 0, or the script's")
    add_generation_options(parser)


def run_edit(options: argparse.Namespace) -> None:
    """Edit a motion file; the arguments are checked before the model is loaded."""
    outputs = check_outputs(options.out, 1, options.fps)
    joints = read_joints(options.motion)
    request = _request(options, len(joints))
    from engine.editing.editor import MotionEditor

    editor = MotionEditor.from_pretrained(options.weights, options.device, options.precision).set_motion(joints)
    begun = time.perf_counter()
    with progress_bar() as watch:
        motion = editor.edit(request, watch)
    print(f"edited in {time.perf_counter() - begun:.2f} s: {motion.seconds:.1f} s, {_tell(motion)}")
    if motion.note:
        print(motion.note)
    _write(motion, outputs, options.fps)
    print_hint(editor.pipeline.find_hint(request.prompt))


def _request(options: argparse.Namespace, frames: int) -> EditRequest:
    config = EditConfig(sampling_from(options, EditConfig.sampling), options.candidates)
    targets = tuple(map(parse_target, options.target))
    return EditRequest(
        _change(options, frames),
        options.prompt,
        options.seed or 0,
        config,
        targets,
        tuple(options.hold),
        options.mood,
        options.intensity,
    )


def _change(options: argparse.Namespace, frames: int) -> Change:
    """What the options ask for of a motion of so many frames."""
    start, stop = (None if time is None else _frames(time) for time in (options.start, options.stop))
    given = Given(frames, start, stop, options.part, options.order, options.strength)
    option = next((each for name, each in OPTIONS.items() if getattr(options, name) is not None), None)
    goes_with = ("start", "stop", "part") if option is None else option.goes_with
    for name, flag in SHARED.items():
        if getattr(given, name) is not None and name not in goes_with:
            told = "--from and --to" if option is None else f"--{option.flag}"
            raise InputError(f"{flag} does not go with {told}: leave it out")
    if option is not None:
        numbers = getattr(options, option.flag.replace("-", "_"))
        return option.make([_frames(each) for each in numbers] if option.unit == "SECONDS" else numbers, given)
    if (given.start, given.stop, given.part) == (None, None, None):
        flags = ", ".join(f"--{each.flag}" for each in OPTIONS.values())
        raise InputError(f"nothing is selected: give --from and --to in seconds, --part, or one of {flags}")
    return Regenerate.of(*given.span, given.part)


def run_story(options: argparse.Namespace) -> None:
    """Tell a story script; it is read before the model is loaded."""
    from dataclasses import replace

    from engine.commands.story_script import read_story

    outputs = check_outputs(options.out, 1, options.fps)
    story = read_story(options.script)
    if options.seed is not None:
        story = replace(story, seed=options.seed)
    from engine.editing.story import tell_story
    from engine.pipeline import Pipeline

    request = StoryRequest(story, sampling_from(options))
    pipeline = Pipeline.from_pretrained(options.weights, options.device, options.precision)
    begun = time.perf_counter()
    with progress_bar() as watch:
        motion = tell_story(pipeline, request, watch)
    print(f"told in {time.perf_counter() - begun:.2f} s: {motion.seconds:.1f} s, {_tell(motion)}")
    if motion.note:
        print(motion.note)
    for strip in motion.request["strips"]:
        print(f"  {strip['start'] / FPS:6.1f} s  {strip['prompt']}")
    _write(motion, outputs, options.fps)
    print_hint(pipeline.find_hint(*(part.prompt for part in story.parts)))


def run_evaluate_editing(options: argparse.Namespace) -> None:
    """Measure editing on held-out clips."""
    from engine.evaluation.editing.measure import EditingConfig, run_editing
    from engine.evaluation.editing.report import editing_markdown, write_editing

    config = EditingConfig(clips=options.clips)
    report = run_editing(options.data, options.evaluator, options.weights, options.split, config)
    print(editing_markdown(report))
    write_editing(report, options.json, options.markdown)


def read_joints(path: Path) -> NDArray[np.floating]:
    """Joints (T, 22, 3) of a motion file; raises InputError for what is none."""
    file = read_motion_file(path)
    if file.fps not in (None, FPS):
        raise InputError(f"{path} has {file.fps:g} frames a second: resample it to {FPS:g}")
    return file.joints


def _frames(seconds: float) -> int:
    if not abs(seconds) < 1e6:
        raise InputError(f"{seconds:g} s is no time within a motion")
    return round(seconds * FPS)


def _tell(motion: Motion) -> str:
    return f"seed {motion.seed}, model {motion.model}"


def _write(motion: Motion, outputs: list[Path], fps: int) -> None:
    write_motion(motion, outputs, fps)
    for path in outputs:
        print(f"  {path}")
