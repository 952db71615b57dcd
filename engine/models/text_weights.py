"""Makes the bundled text-encoder folder: all-MiniLM-L6-v2 in half precision."""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file

from engine.files.whole import folder_updated_whole
from engine.models.errors import ModelError
from engine.models.tensor_file import save_tensors

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS_NAME = "model.safetensors"
COPIED = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
)

MODEL_CARD = f"""# all-MiniLM-L6-v2, half precision

The sentence encoder `sentence-transformers/all-MiniLM-L6-v2` (Apache-2.0), unchanged except that
its weights are stored as fp16 (they are computed with in fp32).

- Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
- Source weights: model.safetensors, 90,868,376 bytes, sha256 `{MINILM_SHA256}`
- Made by: `python -m engine.models.text_weights SOURCE OUT`
- Use: 384-d sentence vectors and word vectors as text conditioning of the motion model.
- Limits: English; prompts beyond 64 word pieces are cut.
"""


def export_minilm(source_dir: Path, out_dir: Path) -> None:
    """Copy the encoder from `source_dir` to `out_dir` with fp16 weights, licence and model card."""
    weights = source_dir / WEIGHTS_NAME
    if not weights.is_file():
        raise ModelError(f"{weights} does not exist")
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != MINILM_SHA256:
        raise ModelError(f"{weights} has sha256 {digest}, expected {MINILM_SHA256}")
    tensors = {
        key: value.to(torch.float16) if value.is_floating_point() else value
        for key, value in load_file(weights).items()
    }
    with folder_updated_whole(out_dir) as unfinished:
        save_tensors(unfinished / WEIGHTS_NAME, tensors, {"format": "pt"})
        for name in COPIED:
            shutil.copyfile(source_dir / name, unfinished / name)
        (unfinished / "LICENSE").write_text(apache_licence(), encoding="utf-8")
        (unfinished / "MODEL_CARD.md").write_text(MODEL_CARD, encoding="utf-8")


def apache_licence() -> str:
    """The text of Apache-2.0, as the installed safetensors package ships it."""
    for file in importlib.metadata.files("safetensors") or []:
        if file.name.startswith("LICENSE"):
            return file.read_text(encoding="utf-8")
    raise ModelError("the safetensors package ships no licence text to copy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder of the original encoder")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    export_minilm(arguments.source, arguments.out)


if __name__ == "__main__":
    main()
