"""Tiny converted models with a text encoder beside them, as a user has them on disk."""

import dataclasses

import torch

from engine.conversion.convert import convert_checkpoints
from tests.conversion.published_layout import TINY, published_checkpoints
from tests.models.tiny_clip import write_clip

HEADS = 4


def write_converted(folder):
    """Folders of a text-to-motion and an upper-body model of random numbers."""
    write_clip(folder / "clip-vit-base-patch32", width=512, out=512)
    made = []
    for name, upper in (("whole", False), ("upper", True)):
        files = folder / f"{name}_vq.pth", folder / f"{name}_transformer.pth"
        contents = published_checkpoints(dataclasses.replace(TINY, upper_body=upper))
        for path, content in zip(files, contents, strict=True):
            torch.save(content, path)
        convert_checkpoints(*files, folder / name, heads=HEADS)
        made.append(folder / name)
    return made
