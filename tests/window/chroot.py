"""A Blender with a window, made once: Debian's newest in a folder of its own, with Blender from its packages."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

MIRROR = "http://deb.debian.org/debian"
PACKAGES = (
    "blender",
    "python3-numpy",
    "python3-requests",
    "python3-zstandard",
    "python3-cattr",
    "libgl1",
    "libgl1-mesa-dri",
    "libegl1",
)
TOOLS = ("debootstrap", "Xvfb")
HOST_PACKAGES = ("debootstrap", "xvfb")


class Unavailable(Exception):
    """The window test cannot run on this machine; the message says why."""


def cache_folder() -> Path:
    """Where the chroots are kept, outside of any checkout."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "mmm-blender-window"


def find_chroot(suite: str) -> Path:
    """The chroot of a Debian suite, made if it is not there. Raises Unavailable."""
    _check_host()
    folder = cache_folder() / suite
    return folder if folder.is_dir() else _make_chroot(suite, folder)


def _check_host() -> None:
    if os.name != "posix" or os.geteuid() != 0:
        raise Unavailable("making a chroot needs root")
    bind = "mount --bind /usr /mnt && mount -o remount,bind,ro /mnt && mount --rbind /proc /mnt"
    trial = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", bind]
    if subprocess.run(trial, capture_output=True).returncode:
        raise Unavailable("mounting is not allowed here")
    if not all(shutil.which(tool) for tool in TOOLS) and shutil.which("apt-get"):
        print(f"installing {' '.join(HOST_PACKAGES)}", flush=True)
        for command in (["update"], ["install", "-y", "--no-install-recommends", *HOST_PACKAGES]):
            subprocess.run(["apt-get", "-qq", *command], capture_output=True, check=False)
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        raise Unavailable(f"{' and '.join(missing)} cannot be had here")


def _make_chroot(suite: str, folder: Path) -> Path:
    print(f"making a Debian {suite} with Blender in {folder} (some minutes, once)", flush=True)
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    log = folder.with_name(f"{suite}.log")
    with log.open("wb") as output:

        def run(*command: str) -> None:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            result = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
            if result.returncode:
                raise Unavailable(f"'{' '.join(command[:3])} ...' failed: see {log}")

        run("debootstrap", "--variant=minbase", "--no-check-gpg", suite, str(part), MIRROR)
        (part / "etc/apt/apt.conf.d/99mmm").write_text('Acquire::Check-Valid-Until "false";\n')
        policy = part / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        shutil.copy("/etc/resolv.conf", part / "etc/resolv.conf")
        run("chroot", str(part), "apt-get", "-qq", "update")
        run("chroot", str(part), "apt-get", "-qq", "install", "-y", "--no-install-recommends", *PACKAGES)
        run("chroot", str(part), "apt-get", "clean")
    part.rename(folder)
    return folder
