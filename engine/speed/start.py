"""What a cold start costs: a process of its own, from nothing to the first motion."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError

PROGRAM = """
import json, sys, time

threads, device, precision, weights = int(sys.argv[1]), *sys.argv[2:5]
import torch
torch.set_num_threads(threads)
from engine.pipeline import Pipeline
pipeline = Pipeline.from_pretrained(weights, device=device, precision=precision)
loaded = time.process_time()
pipeline.generate("a person walks forward and waves", seconds=6.0, seed=1)
first = time.process_time()
peak = None
try:
    # What getrusage tells on Linux begins with the memory of the process that started this one.
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
except OSError:
    pass
print(json.dumps([loaded, first, peak]))
"""


@dataclass(frozen=True)
class Start:
    """CPU seconds until the model is there and until the first 6 s of motion are; most memory, bytes."""

    loaded: float
    first: float
    peak: int | None


def time_start(weights: str, device: str, precision: str, threads: int) -> Start:
    """Raises InputError if the process fails."""
    command = [sys.executable, "-c", PROGRAM, str(threads), device, precision, weights]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    if done.returncode:
        told: Any = done.stderr.strip().splitlines() or ["no message"]
        raise InputError(f"a cold start failed: {told[-1]}")
    return Start(*json.loads(done.stdout.splitlines()[-1]))
