"""The extension in a real Blender with a window: ``python tests/window/run.py --zip dist/mmm_blender-X.Y.Z.zip``.

Opens Blender from Debian's newest packages in a chroot on a virtual screen, lets ``artist.py`` install the zip and
work in it with mouse and keyboard events, and has a screenshot taken of every state. ``--images FOLDER`` keeps them
(``docs/images`` for the ones the guide shows); ``--visit editor.py`` does what the guide says about editing instead,
``--visit mapper.py`` what it says about bones; several visits are made one after the other in the same Blender.
Where no chroot can be made it says so and succeeds.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from chroot import Unavailable, find_chroot
from screen import SIZE, Screen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INSIDE = "mnt/mmm"  # the shared folder, as the chroot sees it
PATIENCE = 2400  # seconds until Blender is given up


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="sid", help="Debian suite whose Blender is used (default: %(default)s)")
    parser.add_argument("--zip", type=Path, required=True, help="extension to install")
    parser.add_argument("--images", type=Path, help="folder for the screenshots (default: a temporary one)")
    visits = "what is done in it, one after the other: artist.py (default), or others of this folder"
    parser.add_argument("--visit", nargs="+", default=["artist.py"], metavar="FILE", help=visits)
    arguments = parser.parse_args()
    try:
        chroot = find_chroot(arguments.suite)
    except Unavailable as reason:
        print(f"WINDOW TEST NOT RUN: {reason}")
        return 0
    with tempfile.TemporaryDirectory(prefix="mmm-window-") as scratch:
        shared = Path(scratch)
        shutil.copy(arguments.zip, shared / "extension.zip")
        visits = [f"window/{visit}" for visit in arguments.visit]
        for part in ("window/hands.py", "window/visit.py", *visits, "hand_keyed.py"):
            shutil.copy(HERE.parent / part, shared)
        code = drive(chroot, shared, arguments.visit)
        images = sorted(shared.glob("window-*.png"))
        if arguments.images:
            arguments.images.mkdir(parents=True, exist_ok=True)
            for image in images:
                shutil.copy(image, arguments.images)
        print((shared / "report.txt").read_text() if (shared / "report.txt").is_file() else "Blender left no report")
        if code == 0:
            print(f"window test passed, {len(images)} screenshots")
        return code


def drive(chroot: Path, shared: Path, visits: list[str]) -> int:
    """Run Blender with the visits in the chroot; its exit code, or 1 when it had to be ended."""
    with Screen(shared) as screen, (shared / "blender.log").open("wb") as log:
        blender = subprocess.Popen(
            [
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-ec",
                inside(chroot, shared, screen.display, visits),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"]},
        )
        end = time.monotonic() + PATIENCE
        while blender.poll() is None and time.monotonic() < end:
            screen.serve()
            time.sleep(0.02)
        code = blender.poll()
        if code is None:
            screen.save(shared / "window-stuck.png")
            blender.kill()
            blender.wait()
            print(f"Blender did not finish in {PATIENCE} s")
            code = 1
    if code:
        print((shared / "blender.log").read_text(errors="replace")[-4000:])
    return code


def inside(chroot: Path, shared: Path, display: str, visits: list[str]) -> str:
    """Shell commands that mount what Blender needs into the chroot, in a mount namespace of their own.

    The engine runs with this very Python: its folders appear read-only in the chroot at the same places.
    """
    python = Path(sys.executable)
    folders = {Path(sys.prefix), Path(sys.base_prefix)}
    lines = []
    for source, place in [(shared, INSIDE), *((folder, str(folder)[1:]) for folder in sorted(folders))]:
        target = chroot / place
        lines += [
            f"mkdir -p {shlex.quote(str(target))}",
            f"mount --bind {shlex.quote(str(source))} {shlex.quote(str(target))}",
        ]  # noqa: E501
        if source != shared:
            lines.append(f"mount -o remount,bind,ro {shlex.quote(str(target))}")
    for device in ("/proc", "/dev"):
        lines.append(f"mount --rbind {device} {shlex.quote(str(chroot) + device)}")
    user = f"/{INSIDE}/user"
    settings = {
        "DISPLAY": display,
        "HOME": f"/{INSIDE}",
        "BLENDER_USER_RESOURCES": user,
        "MMM_ENGINE_PYTHON": str(python),
        "MMM_SHARED": f"/{INSIDE}",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }
    lines.append(f"mkdir -p {shlex.quote(str(chroot) + user)}")
    assignments = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
    lines.append(
        f"exec chroot {shlex.quote(str(chroot))} /usr/bin/env -i {assignments} blender --factory-startup "
        f"--window-geometry 0 0 {SIZE[0]} {SIZE[1]} --no-window-focus --enable-event-simulate "
        "--python-exit-code 3 " + " ".join(f"--python /{INSIDE}/{visit}" for visit in visits)
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
