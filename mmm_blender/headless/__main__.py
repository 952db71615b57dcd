"""``python -m mmm_blender.headless import-motion|export ...``

Exit codes: 0 all done, 1 some input files failed (each is named), 2 bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from pathlib import Path


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mmm_blender.headless", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import-motion", help="FBX/GLB animations -> .npz of world joints")
    importing.add_argument("inputs", nargs="+", type=Path, metavar="IN.fbx|IN.glb")
    importing.add_argument("--out", required=True, type=Path, metavar="DIR")
    importing.add_argument(
        "--scale", type=float, default=None, help="metres per file unit; default: guessed from body height"
    )
    exporting = commands.add_parser("export", help="motion file -> .blend, .glb, .mp4, .png")
    exporting.add_argument("motion", type=Path, metavar="MOTION.npz")
    exporting.add_argument("--out", required=True, nargs="+", action="extend", type=Path, metavar="FILE")
    exporting.add_argument("--fps", type=int, default=24, help="frame rate of the scene (default 24)")
    return parser.parse_args(argv)


def run(arguments: argparse.Namespace) -> int:
    """Run one command and return the exit code. bpy is imported only once the arguments are valid."""
    if arguments.command == "export":
        from . import export

        return export.run(arguments.motion, arguments.out, arguments.fps)
    from . import import_motion

    return import_motion.run(arguments.inputs, arguments.out, arguments.scale)


def main(argv: list[str] | None = None) -> None:
    """Entry point. Leaves through os._exit: a normal interpreter exit can hang or crash in bpy."""
    code = 1
    try:
        code = run(parse_arguments(sys.argv[1:] if argv is None else argv))
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 2
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 2
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
