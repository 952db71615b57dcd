"""Which build of PyTorch fits this machine: looking at it, and choosing."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..client.engine_process import NO_WINDOW
from ..translation import rpt_

# CUDA 13 needs this driver, and dropped cards before Turing (compute capability 7.5).
_CUDA_13_DRIVER = 580  # major version of NVIDIA's driver
_CUDA_13_CAPABILITY = 7.5  # compute capability of the GPU
_CUDA_12_DRIVER = 525  # as above
_DISPLAY_CLASS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"


@dataclass(frozen=True)
class Machine:
    """What decides.

    Attributes:
        system, processor: as ``platform.system()`` and ``platform.machine()`` name them.
        nvidia: driver's major version and the best card's compute capability; None without NVIDIA.
        amd: ROCm is installed.
        intel_arc: there is an Intel Arc card.
    """

    system: str
    processor: str
    nvidia: tuple[int, float] | None = None
    amd: bool = False
    intel_arc: bool = False


def choose_backend(machine: Machine) -> str:
    """The name of the build for ``machine``. Raises ValueError where PyTorch does not run at all."""
    if machine.system == "Darwin":
        if machine.processor != "arm64":
            raise ValueError(
                rpt_("PyTorch no longer supports Macs with Intel processors: use an existing Python instead")
            )
        return "mps"
    if machine.nvidia is not None:
        driver, capability = machine.nvidia
        if driver >= _CUDA_13_DRIVER and capability >= _CUDA_13_CAPABILITY:
            return "cuda"
        if driver >= _CUDA_12_DRIVER:
            return "cuda_older"
    if machine.amd and machine.system == "Linux":
        return "rocm"
    return "xpu" if machine.intel_arc else "cpu"


@cache
def probe_machine() -> Machine:
    """Look at this machine, once. Takes up to seconds where nvidia-smi is slow."""
    return Machine(
        system=platform.system(),
        processor=platform.machine(),
        nvidia=_nvidia(),
        amd=shutil.which("rocminfo") is not None or Path("/opt/rocm").is_dir(),
        intel_arc=_intel_arc(),
    )


def _nvidia() -> tuple[int, float] | None:
    lines = _output("nvidia-smi", "--query-gpu=driver_version,compute_cap", "--format=csv,noheader").splitlines()
    cards = []
    for line in lines:
        driver, _, capability = line.partition(",")
        try:
            cards.append((int(driver.split(".")[0]), float(capability)))
        except ValueError:
            continue
    return max(cards, key=lambda card: card[1]) if cards else None


def _intel_arc() -> bool:
    if sys.platform == "win32":
        return any("intel" in name.lower() and "arc" in name.lower() for name in _windows_cards())
    if sys.platform == "linux":
        lines = _output("lspci").lower().splitlines()
        return any("intel" in line and " arc " in line.replace("[", " ").replace("]", " ") for line in lines)
    return False


def _windows_cards() -> list[str]:
    """Names of the display adapters the registry knows."""
    names: list[str] = []
    if sys.platform == "win32":
        import winreg

        for number in range(16):
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{_DISPLAY_CLASS}\{number:04d}") as key:
                    names.append(str(winreg.QueryValueEx(key, "DriverDesc")[0]))
            except OSError:
                continue
    return names


def _output(program: str, *arguments: str) -> str:
    """What a program prints; nothing where there is no such program or it fails."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, *arguments], capture_output=True, text=True, timeout=5, check=True, creationflags=NO_WINDOW
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
