"""A batch: one line after the other becomes an action of the library, while Blender stays free.

The heartbeat calls ``step``; what is finished stays whatever happens to the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy

from ..animation.assets.library import add_to_library
from ..motion_file import Motion
from ..protocol import encode_array
from ..target import Target, why_not_keyable
from ..translation import rpt_
from .batch_lines import BatchLine, names_of
from .session import session
from .settings import EngineSettings


@dataclass
class Batch:
    """Lines on their way; ``sampling``: how carefully, params as in docs/protocol.md; ``scene``: whose rate counts."""

    lines: Sequence[BatchLine]
    target: Target
    scene: str
    settings: EngineSettings
    sampling: dict[str, Any]
    catalogue: str = ""
    made: list[str] = field(default_factory=list)  # names of actions
    failures: list[str] = field(default_factory=list)  # a line each
    outcome: str = ""  # how it ended, one line; empty while it runs
    _names: list[str] = field(default_factory=list)
    _next: int = 0  # line that is asked for
    _asked: bool = False
    _motion: Motion | None = None  # what came back

    @property
    def running(self) -> bool:
        """Whether lines are left to be made."""
        return not self.outcome

    @property
    def label(self) -> str:
        """How far it is, in words."""
        done = min(self._next + 1, len(self.lines))
        return rpt_("{done} of {count}: {prompt}").format(
            done=done, count=len(self.lines), prompt=self.lines[done - 1].prompt
        )

    @property
    def factor(self) -> float:
        """How much is done, 0 to 1."""
        own = session.run.factor if session.run is not None else 0.0
        return (self._next + own) / len(self.lines)

    def stop(self, reason: str) -> None:
        """Make no more; what is finished stays."""
        text = rpt_("{made} of {count} actions made").format(made=len(self.made), count=len(self.lines))
        self.outcome = ": ".join(part for part in (reason, text) if part)
        if self.failures:
            self.outcome += rpt_("; {count} failed, the first: {failure}").format(
                count=len(self.failures), failure=self.failures[0]
            )

    def step(self) -> None:
        """Go on as far as is possible without waiting."""
        if not self.running or session.run is not None:
            return
        if self._motion is not None:
            self._keep(self._motion)
        elif self._asked:
            # The answer did not come: the engine refused this line, is gone, or somebody gave up.
            if session.offers_restart or not session.message:
                self.stop(session.message or rpt_("Cancelled"))
                return
            self._fail(session.message)
        if self.running and self._next >= len(self.lines):
            self.stop("")
        elif self.running and not self._asked:
            line = self.lines[self._next]
            params: dict[str, Any] = {"prompt": line.prompt, "seconds": line.seconds, "seed": line.seed}
            if line.mood is not None:
                params |= {"mood": line.mood, "intensity": line.intensity}
            params |= self.sampling
            self._ask("generate", params)

    def _ask(self, method: str, params: dict[str, Any]) -> None:
        """Ask the engine for a motion; what is in the way ends the batch with a line."""
        if (reason := self._obstacle()) is not None:
            self.stop(reason)
            return
        self._motion, self._asked = None, True
        try:
            session.ask(method, params, self.settings, self.target, self._take)
        except ValueError as error:
            self.stop(str(error))

    def _take(self, motions: list[Motion]) -> None:
        self._motion = motions[0]

    def _obstacle(self) -> str | None:
        """Why nothing more can be made."""
        armature = self.target.resolve()
        if armature is None:
            return rpt_("'{name}' is gone").format(name=self.target.name)
        if bpy.data.scenes.get(self.scene) is None:
            return rpt_("The scene '{name}' is gone").format(name=self.scene)
        return why_not_keyable(armature)

    def _keep(self, motion: Motion) -> None:
        """Make an action of a motion that came, or ask for it once more as a loop."""
        line, self._motion, self._asked = self.lines[self._next], None, False
        if line.loop and motion.request().get("method", "generate") == "generate":
            params = {"motion": encode_array(motion.joints), "kind": "loop", "prompt": line.prompt, "seed": line.seed}
            self._ask("edit", params)
            return
        if (reason := self._obstacle()) is not None:
            self.stop(reason)
            return
        armature, scene = self.target.resolve(), bpy.data.scenes[self.scene]
        assert armature is not None  # else there were an obstacle
        self._names = self._names or names_of(list(self.lines))
        try:
            name = self._names[self._next]
            action = add_to_library(armature, motion, scene, name, line.loop, self.catalogue)
        except ValueError as error:
            self._fail(str(error))
            return
        self.made.append(action.name)
        self._next += 1

    def _fail(self, reason: str) -> None:
        """Note that a line cannot be made, and go on."""
        self.failures.append(f"“{self.lines[self._next].prompt}”: {reason}")
        self._asked, self._next = False, self._next + 1


batch: Batch | None = None  # the one that runs or ran last


def start(made: Batch) -> None:
    """Begin a batch. Raises ValueError when one runs already, or something else is being made."""
    global batch
    if batch is not None and batch.running:
        raise ValueError(rpt_("A batch is being made: wait for it or cancel"))
    if session.run is not None:
        raise ValueError(rpt_("The engine is at work: wait for it or cancel first"))
    batch = made
    made.step()


def step() -> bool:
    """Let the batch go on; whether there is one that runs."""
    if batch is None or not batch.running:
        return False
    batch.step()
    if not batch.running:
        push_undo()
    return True


def push_undo() -> None:
    """One step back for all that was made; a timer has no operator that Blender would do it for."""
    try:
        bpy.ops.ed.undo_push(message="MMM Batch")
    except RuntimeError:  # Blender without undo
        return
