"""The card and licence of a converted model."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.models.config import ModelConfig

LICENCE = "CC BY-NC-ND 4.0 (non-commercial)"


def model_card(config: ModelConfig, vq: Path, transformer: Path, same_tokenizer: bool) -> str:
    """Markdown: where the weights come from, what they may be used for, what they can do."""
    upper = config.transformer.predicted_parts == "upper"
    task = (
        "makes the upper body's motion for given legs (part edits); it does not make whole motions"
        if upper
        else "makes and edits whole-body motions of up to "
        f"{config.transformer.max_tokens * 4 / config.fps:.1f} seconds in one pass"
    )
    differing = "The transformer's file repeats a tokenizer other than the one converted here"
    warning = "" if same_tokenizer else f"\n{differing}: do the two belong together?\n"
    return f"""# {config.name}

A published checkpoint of MMM: Generative Masked Motion Model (Pinyoanuntapong, Wang, Lee, Chen; CVPR 2024,
arXiv 2312.03596), converted from the authors' files without retraining.

- Licence: {LICENCE}, the authors'. They must be named, the weights may not be used
  commercially, and changed versions may not be passed on: keep this folder for your own use.
- Task: {task}.
- Input: English text through CLIP ViT-B/32, whose folder goes beside this one.
- Data: {"HumanML3D" if config.fps == 20.0 else "KIT-ML"}, {config.fps:g} frames per second.
- Limits: no guidance strength; no estimate of how long a motion should last, so the length has to be given.
{warning}
Made by `mmm weights convert` from

| file | size | sha256 |
|---|---|---|
| tokenizer, `{vq.name}` | {vq.stat().st_size:,} | `{_digest(vq)}` |
| transformer, `{transformer.name}` | {transformer.stat().st_size:,} | `{_digest(transformer)}` |
"""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
