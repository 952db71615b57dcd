"""``python -m mmm_blender.headless COMMAND ...``; ``--help`` lists the commands.

Exit codes: 0 all done, 1 some input files failed (each is named), 2 bad input or a refusing disk, 3 a fault of ours,
128 and its number for a signal to end.
With ``--with-parent`` the process ends, and leaves nothing half written, when its stdin closes.
"""

from __future__ import annotations

import _thread
import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import NoReturn

from ..files import whole

PATIENCE = 8.0  # seconds in which a command that keeps what it has may write it
_scratch: list[Path] = []  # the folder of temporary files, once there is one
STOPPED = 128  # and the number of the signal that ended the process, as shells tell it
STOPS = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mmm_blender.headless", description=__doc__)
    parser.add_argument("--with-parent", action="store_true", help="end when stdin closes")
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import-motion", help="FBX/GLB animations -> .npz of world joints")
    importing.add_argument("inputs", nargs="+", type=Path, metavar="IN.fbx|IN.glb")
    importing.add_argument("--out", required=True, type=Path, metavar="DIR")
    importing.add_argument(
        "--scale", type=float, default=None, help="metres per file unit; default: guessed from body height"
    )
    finding = commands.add_parser("find-bones", help="skeleton -> which joint is what, as JSON; needs no bpy")
    finding.add_argument("skeleton", type=Path, metavar="SKELETON.npz")
    exporting = commands.add_parser("export", help="motion file -> .blend, .glb, .mp4, .png")
    exporting.add_argument("motion", type=Path, metavar="MOTION.npz")
    exporting.add_argument("--out", required=True, nargs="+", action="extend", type=Path, metavar="FILE")
    exporting.add_argument("--fps", type=int, default=24, help="frame rate of the scene (default 24)")
    batching = commands.add_parser("batch", help="list of prompts -> library of actions for a rig")
    batching.add_argument("prompts", type=Path, metavar="PROMPTS.csv")
    batching.add_argument("--rig", required=True, type=Path, metavar="RIG.blend")
    batching.add_argument("--out", required=True, type=Path, metavar="LIBRARY.blend")
    batching.add_argument("--character", default="", help="the armature's name; default: the active or only one")
    batching.add_argument("--catalog", default="", help="asset catalog, like Hero/Walks")
    batching.add_argument("--weights", required=True, help="model folder")
    batching.add_argument("--device", default="auto")
    batching.add_argument("--precision", default="fp32")
    batching.add_argument("--steps", type=int, default=None)
    batching.add_argument("--guidance", type=float, default=None)
    commands.add_parser("build-body", help="the MMM character's skin -> mmm_blender/body.npz; after changing its shape")
    commands.add_parser("update-translations", help="interface texts -> mmm_blender/i18n/*.po; after adding a string")
    measuring = commands.add_parser("measure-rigs", help="retargeting quality over many rigs -> a table")
    measuring.add_argument("motions", type=Path, metavar="DIR", help="folder of motion files (.npz)")
    measuring.add_argument("--rigs", type=Path, default=None, metavar="DIR", help="more rigs, GLB or FBX")
    measuring.add_argument("--out", type=Path, default=None, metavar="NAME", help="writes NAME.md and NAME.json")
    measuring.add_argument("--only", nargs="+", default=[], metavar="PART", help="rigs whose names hold one of these")
    measuring.add_argument("--quick", action="store_true", help="a few rigs only, no timing")
    measuring.add_argument("--looking", action="store_true", help="only what looking at a rig after an apply costs")
    drawing = commands.add_parser("draw-rigs", help="motions on several characters -> a picture each")
    drawing.add_argument("motions", nargs="+", type=Path, metavar="MOTION.npz")
    drawing.add_argument("--rigs", required=True, type=Path, metavar="DIR", help="folder with the characters' files")
    drawing.add_argument("--sheet", choices=("people", "game"), default="people", help="which characters")
    drawing.add_argument("--out", required=True, type=Path, metavar="DIR")
    pairs = commands.add_parser("play-pairs", help="pairs of rigs play interactions; `mmm evaluate-interactions` asks")
    pairs.add_argument("folder", type=Path, metavar="DIR", help="with their motions; gets where their bones are then")
    pairs.add_argument("--rigs", required=True, type=Path, metavar="DIR", help="folder of skeletons (.json)")
    pairs.add_argument("--builds", action="store_true", help="only write DIR/builds.json: how the rigs are built")
    return parser.parse_args(argv)


def run(arguments: argparse.Namespace) -> int:
    """Run one command and return the exit code. bpy is imported only once the arguments are valid."""
    if arguments.command == "find-bones":
        from . import find_bones

        return find_bones.run(arguments.skeleton)
    if arguments.command == "export":
        from . import export

        return export.run(arguments.motion, arguments.out, arguments.fps)
    if arguments.command == "batch":
        from . import batch

        return batch.run(batch.BatchRequest.of(arguments))
    if arguments.command == "build-body":
        from .. import body_mesh, character

        body_mesh.write_body(character.build_body_mesh(), character.BODY_FILE)
        return 0
    if arguments.command == "update-translations":
        from .. import register
        from . import messages

        register()
        return messages.run()
    if arguments.command == "measure-rigs":
        from .rigs import measure_rigs

        if arguments.looking:
            return measure_rigs.tell_looking(arguments.motions)
        return measure_rigs.run(arguments.motions, arguments.rigs, arguments.out, arguments.quick, arguments.only)
    if arguments.command == "draw-rigs":
        from .rigs import draw_rigs

        return draw_rigs.run(arguments.motions, arguments.rigs, arguments.out, arguments.sheet)
    if arguments.command == "play-pairs":
        from .. import register
        from .rigs import played_pairs

        register()
        if arguments.builds:
            return played_pairs.tell_builds(arguments.rigs, arguments.folder / "builds.json")
        return played_pairs.play(arguments.folder, arguments.rigs)
    from . import import_motion

    return import_motion.run(arguments.inputs, arguments.out, arguments.scale)


def main(argv: list[str] | None = None) -> None:
    """Entry point. Leaves through os._exit: a normal interpreter exit can hang or crash in bpy."""
    code = 3
    try:
        arguments = parse_arguments(sys.argv[1:] if argv is None else argv)
        patience = PATIENCE if arguments.command == "batch" else 0.0
        _leave_on_signals(patience)
        _make_scratch()
        if arguments.with_parent:
            threading.Thread(target=_leave_with_parent, args=(patience,), daemon=True).start()
        code = run(arguments)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 2
    except KeyboardInterrupt:
        print("error: stopped", file=sys.stderr)
        code = STOPPED + signal.SIGINT
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"error: {place}{error.strerror or error}", file=sys.stderr)
        code = 2
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 2
    except Exception as error:
        # A library that finds no room in memory is an ImportError, and numpy's says so only in its cause.
        if isinstance(error, MemoryError) or "failed to map segment" in f"{error} {error.__cause__}":
            print("error: not enough memory: close other programs", file=sys.stderr)
            code = 2
        else:
            traceback.print_exc()
            print(f"error: a fault in MMM ({type(error).__name__}: {' '.join(str(error).split())})", file=sys.stderr)
    finally:
        _leave(code)


def _make_scratch() -> None:
    """Let Blender, which tidies up only where it may end by itself, and all else put temporary files into a folder of
    ours: `_leave` removes it, or, by its name, whoever started this process.
    """
    _scratch.append(Path(tempfile.mkdtemp(prefix=f"mmm-{os.getpid()}-")))
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(_scratch[0])
    tempfile.tempdir = None


def _leave(code: int) -> NoReturn:
    """End at once, without what is half written and without temporary files."""
    whole.discard_unfinished()
    for folder in _scratch:
        shutil.rmtree(folder, ignore_errors=True)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _leave_on_signals(patience: float) -> None:
    """Let signals to end tidy up first, whatever Blender is doing: its own work lets no Python in before it is done."""
    signals = [number for number in STOPS if signal.getsignal(number) is signal.SIG_DFL]
    if patience == 0 and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signals.append(signal.SIGINT)  # otherwise it is a KeyboardInterrupt, in which the command keeps what it has
    theirs, ours = os.pipe()
    os.set_blocking(ours, False)
    signal.set_wakeup_fd(ours)
    for number in signals:
        signal.signal(number, lambda *_: None)

    def watch() -> None:
        while (number := os.read(theirs, 1)[0]) not in signals:
            pass
        if patience:
            _thread.interrupt_main()
            time.sleep(patience)
        else:
            print("error: stopped", file=sys.stderr, flush=True)
        _leave(STOPPED + number)

    threading.Thread(target=watch, daemon=True).start()


def _leave_with_parent(patience: float) -> None:
    """Wait for the end of stdin, which comes when the process that started this one has gone, and end as well.

    ``patience``: seconds in which the command may save what it has, after a KeyboardInterrupt.
    """
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    if patience:
        _thread.interrupt_main()
        time.sleep(patience)
    _leave(4)


if __name__ == "__main__":
    main()
