"""What a cold start costs: a process of its own, from nothing to the first motion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError

# Counted starts.
STARTS = 3

PROGRAM = """
import json, sys, time

threads, device, precision, weights, begun = int(sys.argv[1]), *sys.argv[2:5], float(sys.argv[5])
from engine.meta_rules import quick_imports
with quick_imports():  # as engine.worker does
    import torch, tokenizers
    from engine.pipeline import Pipeline
torch.set_num_threads(threads)
imported = time.process_time()
pipeline = Pipeline.from_pretrained(weights, device=device, precision=precision)
loaded = time.process_time()
pipeline.generate("a person walks forward and waves", seconds=6.0, seed=1)
first = time.process_time()
clock = time.time() - begun
peak = None
try:
    # What getrusage tells on Linux begins with the memory of the process that started this one.
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
except OSError:
    pass
print(json.dumps([imported, loaded, first, clock, peak]))
"""


@dataclass(frozen=True)
class Start:
    """CPU seconds until all is imported, until the model is there and until the first 6 s of motion are.

    Attributes:
        clock: the last of them by the clock
        peak: most memory, bytes
    """

    imported: float
    loaded: float
    first: float
    clock: float
    peak: int | None


def time_start(weights: str, device: str, precision: str, threads: int) -> Start:
    """The middle of several starts by CPU time; the first of them is for the files that Python and the system keep.

    Raises InputError if the process fails.
    """
    # Users have Python keep what it compiled of modules.
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    starts = []
    for _ in range(1 + STARTS):
        command = [sys.executable, "-c", PROGRAM, str(threads), device, precision, weights, str(time.time())]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=Path(__file__).parents[2], env=surroundings, check=False
        )
        if done.returncode:
            told: Any = done.stderr.strip().splitlines() or ["no message"]
            raise InputError(f"a cold start failed: {told[-1]}")
        starts.append(Start(*json.loads(done.stdout.splitlines()[-1])))
    return sorted(starts[1:], key=lambda start: start.first)[STARTS // 2]
