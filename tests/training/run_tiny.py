"""Trains a tiny model as a process of its own: `python -m tests.training.run_tiny KIND DATA RUN STEPS`.

Started several times with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT it is one of several processes, as
under a launcher. KILL_AT=N kills it, without a word, when it comes to step N.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import torch

from engine.training.config import Budget
from engine.training.train_tokenizer import TokenizerTask, train_tokenizer
from engine.training.train_transformer import TransformerTask, train_transformer
from tests.training.tiny import TOKENIZER, LetterEncoder, closely_watched, transformer_run


def die_at(step: int, task: type[TokenizerTask] | type[TransformerTask]) -> None:
    follow, left = task.follow, step

    def counting(self, gather):
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        follow(self, gather)

    task.follow = counting


def main(kind: str, data: Path, run_dir: Path, steps: int, checkpoint_every: int) -> None:
    torch.set_num_threads(1)
    budget = Budget(steps=steps)
    if "KILL_AT" in os.environ:
        die_at(int(os.environ["KILL_AT"]), TokenizerTask if kind == "tokenizer" else TransformerTask)
    if kind == "tokenizer":
        tokenizer = closely_watched(TOKENIZER, checkpoint_every=checkpoint_every)
        train_tokenizer(tokenizer, data, run_dir, budget)
    else:
        transformer = closely_watched(transformer_run(Path(os.environ["TOKENIZER"])), checkpoint_every=checkpoint_every)
        train_transformer(transformer, data, run_dir, budget, LetterEncoder())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
