"""The job behind *Import MMM Checkpoint*: an engine of its own converts the files."""

from __future__ import annotations

import re
from pathlib import Path

from ..client.engine_process import EngineCommand
from ..client.models import models_folder
from ..translation import rpt_
from .job import Job
from .verification import ask_engine

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")


def check_name(name: str) -> str:
    """What is wrong with a new model's name, and what to do; empty if it can be taken."""
    if not _NAME.fullmatch(name) or name.endswith("."):
        return rpt_("Name the model with letters, digits, dots and dashes")
    if (models_folder() / name).exists():
        return rpt_("There is a model of that name: choose another name, or remove it first")
    return ""


def import_job(command: EngineCommand, log: Path, vq: Path, transformer: Path, folder: Path) -> Job:
    """A job, not started yet, that converts the two files into a model folder."""

    def work(job: Job) -> str:
        def progress(stage: str, step: int, of: int) -> None:
            if stage == "convert":
                job.report(rpt_("Converting the checkpoint"), 0.2 + 0.8 * step / max(of, 1))

        job.report(rpt_("Starting the engine"), 0.05)
        folder.parent.mkdir(parents=True, exist_ok=True)
        files = {"vq": str(vq.absolute()), "transformer": str(transformer.absolute()), "out": str(folder)}
        answer = ask_engine(command, log, "weights/convert", files, job.cancelled, progress)
        notes = [rpt_("Imported {name}, {licence}").format(**answer["model"])]
        if not answer["same_tokenizer"]:
            notes.append(rpt_("the transformer was trained with another tokenizer than this one"))
        if answer["missing"]:
            notes.append(answer["missing"])
        return "; ".join(notes)

    return Job(rpt_("Importing the checkpoint"), work)
