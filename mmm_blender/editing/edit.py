"""An edit of a motion that a rig plays: what is to change, remembered without holding on to a data-block."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..coordinates import FloatArray
from ..target import Target
from .retiming import Retiming
from .selection import Span


@dataclass(frozen=True)
class Edit:
    """``spans`` of the action named ``action``, played by ``target``, are made anew.

    The motion of the edit begins at scene frame ``start``, before the spans: it was sampled with context.

    Attributes:
        kind: name of the kind of edit.
        spans: scene frames, as they are once the edit is applied.
        fps: frames a second of the motion.
        free: whether the pose on the first and on the last frame changes too, instead of being met.
        keep_copy: leave the action as it was behind.
        part_of_story: which strip of the action's story is told anew, or -1.
        world: (4, 4) of the object when it was sampled, where it moves; None where it stands still.
        stands: (F, 4, 4) root motion: what holds the body at scene frame ``start`` + row, motion of the object and of
            the root bone, armature space. One row where both stand still.
        retiming: how the keys move before the spans are written, where the motion gets longer or shorter.
        row_frames: scene frames a row, where the last span ends with the answer; else 0.
        cuts: whether all keys behind the first frame make way for the motion, which then is the action's end.
    """

    target: Target
    action: str
    kind: str
    spans: tuple[Span, ...]
    start: int
    fps: float
    free: tuple[bool, bool] = (False, False)
    keep_copy: bool = True
    part_of_story: int = -1
    world: FloatArray | None = field(default=None, compare=False, repr=False)
    stands: FloatArray = field(default_factory=lambda: np.eye(4)[None], compare=False, repr=False)
    retiming: Retiming | None = None
    row_frames: float = 0.0
    cuts: bool = False

    def answered(self, rows: int) -> Edit:
        """The edit once its answer has come, of so many rows: its last span may end only then."""
        if not self.row_frames:
            return self
        last = self.start + int(np.floor((rows - 1) * self.row_frames + 1e-6))
        return replace(self, spans=(*self.spans[:-1], replace(self.spans[-1], last=last)), row_frames=0.0)

    @property
    def span(self) -> Span:
        """From the first frame that may change to the last."""
        return Span(self.spans[0].first, self.spans[-1].last, self.spans[0].part)
