"""The command `mmm evaluate-prompts`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.outputs import progress_bar
from engine.errors import InputError
from engine.files.whole import write_text

if TYPE_CHECKING:
    from engine.evaluation.prompts.judge import Generator, Take
    from engine.evaluation.prompts.prompt_list import Prompt
    from engine.predicates.body import Array

SECTION = "prompts"


def add_evaluate_prompts(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-prompts`."""
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16", "fast"))
    parser.add_argument("--seeds", type=int, default=3, help="takes of each prompt, seeds from 0")
    parser.add_argument("--family", action="append", metavar="NAME", help="only this family (its beginning is enough)")
    parser.add_argument("--held-out", action="store_true", help="tell of held-out prompts too why takes were refused")
    parser.add_argument("--tuned-only", action="store_true", help="leave the held-out prompts alone")
    parser.add_argument("--first-draw", action="store_true", help="takes as first drawn, whatever is wrong with them")
    parser.add_argument("--json", type=Path, help="file with every take's measures")
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")
    parser.add_argument("--takes", type=Path, metavar="DIR", help="folder for a sheet of poses of each take shown")
    parser.set_defaults(run=run_evaluate_prompts)


def run_evaluate_prompts(options: argparse.Namespace) -> None:
    """Judge a model by everyday prompts; bad options are told before the model is loaded."""
    from engine.evaluation.prompts.prompt_list import load_prompts

    if not 1 <= options.seeds <= 100:
        raise InputError(f"--seeds {options.seeds} is out of range: use 1 to 100")
    if options.held_out and options.tuned_only:
        raise InputError("--held-out and --tuned-only exclude each other: leave one out")
    prompts = [prompt for prompt in load_prompts() if not (options.tuned_only and prompt.held_out)]
    if options.family:
        families = [_find_family(name) for name in options.family]
        prompts = [prompt for prompt in prompts if prompt.family in families]
    from engine.evaluation.prompts.judge import judge_prompts
    from engine.evaluation.prompts.report import Run, family_table, refused_lines, run_json, run_markdown
    from engine.evaluation.report_file import write_section

    name, generate = _load(options)

    def keep(prompt: Prompt, take: Take, joints: Array) -> None:
        if options.takes is not None and (options.held_out or not prompt.held_out):
            _draw(options.takes, prompt, take, joints)

    with progress_bar("judging", "take") as watch:
        results = judge_prompts(prompts, range(options.seeds), generate, watch, keep)
    run = Run(name, options.seeds, tuple(results))
    for line in refused_lines(run.results if options.held_out else run.part(False)):
        print(line)
    print("\n" + family_table(run))
    if options.json is not None:
        write_text(options.json, run_json(run))
    if options.markdown is not None:
        write_section(options.markdown, SECTION, run_markdown(run))


def _find_family(name: str) -> str:
    from engine.evaluation.prompts.prompt_list import FAMILIES

    found = [family for family in FAMILIES if family.startswith(name.lower())]
    if len(found) != 1:
        raise InputError(f"--family {name!r}: name one of {', '.join(FAMILIES)}")
    return found[0]


def _load(options: argparse.Namespace) -> tuple[str, Generator]:
    """The model's name, and what makes joints of prompts."""
    from collections.abc import Sequence

    from engine.generation.faults import MOST_REDRAWS
    from engine.pipeline import Pipeline
    from engine.requests import GenerateRequest

    pipeline = Pipeline.from_pretrained(options.weights, options.device, options.precision)

    def generate(texts: Sequence[str], seconds: Sequence[float | None], seeds: Sequence[int]) -> list[Array]:
        requests = [GenerateRequest(*it) for it in zip(texts, seconds, seeds, strict=True)]
        redraws = 0 if options.first_draw else MOST_REDRAWS
        return [motion.joints for motion in pipeline.generate_requests(requests, redraws=redraws)]

    return pipeline.model.config.name, generate


def _draw(folder: Path, prompt: Prompt, take: Take, joints: Array) -> None:
    """`folder`/FAMILY/PROMPT_SEED.png: the poses, with what the judge found."""
    import re

    from engine.data.captions.sheets import draw_sheet

    place = folder / re.sub(r"\W+", "-", prompt.family)
    place.mkdir(parents=True, exist_ok=True)
    verdict = "followed" if take.followed else "not: " + "; ".join(take.failed)
    name = re.sub(r"\W+", "-", prompt.text)[:60].strip("-")
    draw_sheet(joints, f"{prompt.text}   {verdict}", 0.25, columns=12).save(place / f"{name}_{take.seed}.png")
