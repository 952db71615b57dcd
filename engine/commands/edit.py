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
    check_outputs,
    progress_bar,
    sampling_from,
    write_motion,
)
from engine.errors import InputError
from engine.motion.motion_file import read_motion_file
from engine.requests.edit import (
    BODY,
    Change,
    EditConfig,
    EditRequest,
    Extend,
    Loop,
    Pin,
    Vary,
    replace_span,
)
from engine.requests.story import StoryRequest

if TYPE_CHECKING:
    from engine.motion.motion import Motion

FPS = 20.0


def add_edit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("motion", type=Path, help=".npz of 'mmm generate', or any with joints (T, 22, 3) at 20 fps")
    parser.add_argument("--prompt", default="", help="what should happen; nothing: what the model likes")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--extend-before", type=float, metavar="SECONDS", help="add time in front")
    kind.add_argument("--extend-after", type=float, metavar="SECONDS", help="add time at the end")
    kind.add_argument("--vary", type=float, metavar="SHARE", help="regenerate the least certain share, 0 to 1")
    kind.add_argument("--pin", type=float, nargs="+", metavar="SECONDS", help="keep these poses, change all else")
    kind.add_argument("--loop", type=float, metavar="SECONDS", help="regenerate so much across the wrap")
    parser.add_argument("--order", choices=("least", "most"), help="--vary the least (default) or most certain share")
    parser.add_argument("--from", type=float, dest="start", metavar="SECONDS", help="begin of the span to replace")
    parser.add_argument("--to", type=float, dest="stop", metavar="SECONDS", help="its end; default: the motion's")
    parser.add_argument("--part", help="lower or upper; default: the whole body")
    parser.add_argument("--candidates", type=int, default=3, help="fillings to choose the best fitting from")
    _add_common(parser)
    parser.set_defaults(run=run_edit)


def add_story(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("script", type=Path, help="YAML or JSON: a list 'story' of prompts with seconds")
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
    whole = (options.extend_before, options.extend_after, options.vary, options.pin, options.loop)
    span = (options.start, options.stop) if options.vary is not None else (options.start, options.stop, options.part)
    if any(value is not None for value in whole) and any(value is not None for value in span):
        raise InputError("--from, --to and --part (but with --vary) go with replacing a span: leave them out here")
    if all(value is None for value in whole) and (options.start, options.stop, options.part) == (None,) * 3:
        raise InputError(
            "nothing is selected: give --from and --to in seconds, --part, --extend-after, --vary, --pin or --loop"
        )
    if options.order is not None and options.vary is None:
        raise InputError("--order goes with --vary")
    request = _request(options, len(joints))
    from engine.editing.editor import MotionEditor

    editor = MotionEditor.from_pretrained(options.weights, options.device, options.precision).set_motion(joints)
    begun = time.perf_counter()
    with progress_bar() as watch:
        motion = editor.edit(request, watch)
    print(f"edited in {time.perf_counter() - begun:.2f} s: {motion.seconds:.1f} s, {_tell(motion)}")
    _write(motion, outputs, options.fps)


def _request(options: argparse.Namespace, frames: int) -> EditRequest:
    config = EditConfig(sampling_from(options, EditConfig.sampling), options.candidates)
    return EditRequest(_change(options, frames), options.prompt, options.seed or 0, config)


def _change(options: argparse.Namespace, frames: int) -> Change:
    """What the options ask for of a motion of so many frames."""
    if options.extend_before is not None:
        return Extend(before=_frames(options.extend_before))
    if options.extend_after is not None:
        return Extend(after=_frames(options.extend_after))
    if options.vary is not None:
        return Vary(options.vary, options.order or "least", options.part or BODY)
    if options.pin is not None:
        return Pin(tuple(_frames(second) for second in options.pin))
    if options.loop is not None:
        return Loop(_frames(options.loop))
    start = 0 if options.start is None else _frames(options.start)
    stop = frames if options.stop is None else _frames(options.stop)
    return replace_span(start, stop, options.part or BODY)


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
    for strip in motion.request["strips"]:
        print(f"  {strip['start'] / FPS:6.1f} s  {strip['prompt']}")
    _write(motion, outputs, options.fps)


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
