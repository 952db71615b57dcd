"""The one engine session of this Blender: what runs, what came back, what went wrong.

Panels read it, operators steer it, the heartbeat calls ``tick``. It holds no data-block, so loading a
file, undo and deletion cannot break it, and nothing in it touches the scene.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import bpy

from .. import protocol
from ..animation.directing.targets import Direction
from ..editing.edit import Edit
from ..motion_file import Motion
from ..target import Target, active_armature
from ..translation import n_, rpt_
from . import history
from .engine_client import EngineClient, Failure, Progress, Result
from .history import Entry
from .settings import EngineSettings

MOST_SHOWN = 4  # motions shown at a time
KEPT_RESULTS = 32  # a motion takes about 50 kB; a list longer than this is not read any more

# stage of the protocol -> what the artist reads while it lasts
STAGES: dict[str, str] = {
    "engine": n_("Starting the engine"),
    "model": n_("Loading the model"),
    "text": n_("Reading the prompt"),
    "decode": n_("Making the motion"),
    "motion": n_("Finishing"),
}
# what the protocol tells of a prompt -> what the artist reads
HINTS: dict[str, str] = {
    "unfamiliar": n_("The model knows nothing like this; the nearest is “{nearest}”. Prompts are plain English"),
    "negation": n_("The model does not understand “not” and “without”: say what happens instead"),
    "count": n_("The model does not count: make it longer or shorter, or put each into a story"),
}
# fault of the protocol -> what the artist reads
FAULTS: dict[str, str] = {
    "hovers": n_("hovers"),
    "sinks": n_("sinks into the floor"),
    "slides": n_("slides"),
    "jerks": n_("jerks"),
    "airborne": n_("begins or ends in the air"),
}


class State(Enum):
    """What the engine is doing."""

    OFF = "off"
    STARTING = "starting"
    READY = "ready"
    RUNNING = "running"
    FAILED = "failed"


@dataclass
class Run:
    """A request on its way; ``entry``: what the history keeps of it, ``edit`` of one to ``edit``."""

    request_id: int
    entry: Entry | None
    target: Target | None
    edit: Edit | None = None
    take: Callable[[list[Motion]], None] | None = None  # who gets the motions, if not the results
    direction: Direction | None = None
    stage: str = "engine"
    step: int = 0
    of: int = 0

    @property
    def label(self) -> str:
        """Stage and step in words."""
        label = rpt_(STAGES.get(self.stage, STAGES["decode"]))
        return f"{label} {self.step}/{self.of}" if self.of > 1 else label

    @property
    def factor(self) -> float:
        """How much is done, 0 to 1: loading is worth the first tenth, decoding all but the last."""
        share = min(max(self.step / self.of, 0.0), 1.0) if self.of > 0 else 0.0
        start, length = {
            "engine": (0.0, 0.04),
            "model": (0.04, 0.06),
            "text": (0.1, 0.02),
            "decode": (0.12, 0.83),
        }.get(self.stage, (0.95, 0.05))
        return start + length * share


@dataclass(eq=False)
class Variation:
    """One motion that came back.

    ``used``: it was applied at least once; ``edit``: the span it is for, if any; ``faults``: what the protocol says is
    wrong with it; ``name`` and ``starred``: what the artist made of it; ``start``: the scene
    frame on which it has to begin, for one with targets.
    """

    id: int
    motion: Motion
    used: bool = False
    edit: Edit | None = None
    faults: tuple[str, ...] = ()
    name: str = ""
    starred: bool = False
    start: int | None = None

    @property
    def warning(self) -> str:
        """What is wrong with it in words, or ""."""
        return ", ".join(rpt_(FAULTS.get(fault, fault)) for fault in self.faults)


class Session:
    """Engine, run, results and history."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(8)  # tells this session's numbers of results from those of another
        self.state = State.OFF
        self.message = ""  # the last failure, one line; stays until something else is started
        self.offers_restart = False
        self.model: dict[str, Any] = {}  # what initialize told of the model
        self.run: Run | None = None
        self.outcome = ""  # how the last run ended, for the status bar
        self.hint = ""  # what the engine told of the last prompt, one line
        self.results: list[Variation] = []
        self.chosen_id: int | None = None
        self.compared: list[int] = []  # shown beside the chosen one
        self.target: Target | None = None
        self.history: list[Entry] = []
        self._client: EngineClient | None = None
        self._settings: EngineSettings | None = None
        self._initialize_id: int | None = None
        self._next_id = 1

    # -- the engine

    @property
    def engine_alive(self) -> bool:
        return self._client is not None and self._client.alive

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self.run is not None or self._initialize_id is not None

    def generate(
        self, entry: Entry, settings: EngineSettings, target: Target | None, direction: Direction | None = None
    ) -> None:
        """Ask for ``entry.samples`` motions, towards the targets of a direction; returns at once.

        Starts the engine, or starts it again if it failed. Raises ValueError, saying what to do, when
        it cannot be started or is at work already.
        """
        client = self._free_client(settings)
        params = _directed(entry.params(), direction)
        self._begin_run(Run(client.request("generate", params), entry, target, direction=direction))

    def edit(self, edit: Edit, params: dict[str, Any], settings: EngineSettings, entry: Entry | None = None) -> None:
        """Ask for the motion of an edit, ``params`` as in docs/protocol.md; otherwise like ``generate``.

        ``entry``: what the history keeps of it.
        """
        client = self._free_client(settings)
        self._begin_run(Run(client.request("edit", params), entry, edit.target, edit))

    def ask(
        self,
        method: str,
        params: dict[str, Any],
        settings: EngineSettings,
        target: Target,
        take: Callable[[list[Motion]], None] | None = None,
        direction: Direction | None = None,
    ) -> None:
        """Ask for motions, ``params`` as in docs/protocol.md; otherwise like ``generate``.

        ``take``: who gets the motions; else they go to the results.
        """
        client = self._free_client(settings)
        params = _directed(params, direction)
        self._begin_run(Run(client.request(method, params), None, target, take=take, direction=direction))

    def cancel(self) -> None:
        """Give up the run. The engine obeys within a step; what it still sends is ignored."""
        if self.run is None:
            return
        if self._client is not None:
            self._client.cancel(self.run.request_id)
        self._end_run(rpt_("Cancelled"))

    def restart(self, settings: EngineSettings) -> None:
        """Stop the engine whatever it does and start a new one. Raises ValueError like ``generate``."""
        self.stop()
        self._connect(settings)

    def start_early(self, settings: EngineSettings) -> bool:
        """Start the engine before it is asked for anything, unless one was started already; whether it was."""
        if self._client is not None or settings.problem:
            return False
        self._connect(settings)
        return True

    def stop(self) -> None:
        """Stop the engine; results and history stay."""
        if self._client is not None:
            self._client.stop()
        self._client = self._settings = self._initialize_id = self.run = None
        self.state, self.message, self.offers_restart = State.OFF, "", False

    def tick(self) -> bool:
        """Take in what the engine said since the last tick; whether there was anything to show."""
        if self._client is None:
            return False
        events = self._client.poll()
        for event in events:
            if isinstance(event, Progress):
                self._take_progress(event)
            elif isinstance(event, Result):
                self._take_result(event)
            else:
                self._take_failure(event)
        return bool(events)

    def fail(self, message: str, offers_restart: bool) -> None:
        """Give up what runs and show ``message``."""
        self._initialize_id = None
        self._end_run(message)
        self.state, self.message, self.offers_restart = State.FAILED, message, offers_restart

    def _connect(self, settings: EngineSettings) -> EngineClient:
        """A live client on which ``initialize`` was sent with these settings."""
        if settings.problem:
            raise ValueError(settings.problem)
        client = self._client
        broken = client is None or not client.alive or self.offers_restart
        if broken or self._settings is None or settings.command != self._settings.command:
            self.stop()
            client = EngineClient(settings.command, settings.log)
            client.start()
            self._client = client
        assert client is not None
        if settings != self._settings or self.state is State.FAILED:
            params = {
                "protocol": protocol.VERSION,
                "weights": settings.weights,
                "device": settings.device,
                "precision": settings.precision,
            }
            self._initialize_id = client.request("initialize", params)
            self._settings = settings
            self.state = State.STARTING
        return client

    def _free_client(self, settings: EngineSettings) -> EngineClient:
        if self.run is not None:
            raise ValueError(rpt_("The engine is at work: wait for it or cancel first"))
        return self._connect(settings)

    def _begin_run(self, run: Run) -> None:
        self.message, self.outcome, self.hint = "", "", ""
        self.run = run
        if self._initialize_id is None:
            run.stage = "text"
        self.state = State.RUNNING

    @property
    def moods(self) -> tuple[str, ...]:
        """Those that the loaded model has, of those that this add-on knows."""
        told = self.model.get("moods")
        return tuple(mood for mood in protocol.MOODS if isinstance(told, list) and mood in told)

    def _take_progress(self, event: Progress) -> None:
        if self.run is not None and event.id in (self.run.request_id, self._initialize_id):
            self.run.stage, self.run.step, self.run.of = event.stage, event.step, event.of

    def _take_result(self, event: Result) -> None:
        if event.id == self._initialize_id:
            self._initialize_id = None
            model = event.value.get("model")
            self.model = model if isinstance(model, dict) else {}
            self.state = State.READY if self.run is None else State.RUNNING
            if self.run is not None:
                self.run.stage, self.run.step, self.run.of = "text", 0, 0
        elif self.run is not None and event.id == self.run.request_id:
            try:
                told = event.value["motions"]
                motions = [Motion.from_request(m["joints"], m["fps"], m["request"]) for m in told]
                faults = [tuple(map(str, m.get("faults", ()))) for m in told]
                hint = _hint_in_words(event.value.get("hint"), any("parts" in m["request"] for m in told))
                notes = dict.fromkeys(str(m["note"]) for m in told if m.get("note"))
                if self.run.direction is not None:
                    motions = [self.run.direction.placed(motion) for motion in motions]
            except (KeyError, TypeError, ValueError) as error:
                message = rpt_("The engine sent no usable motion ({error})").format(error=error)
                self.fail(message, offers_restart=True)
                return
            if self.run.take is not None:
                take = self.run.take
                self._end_run("")
                self.hint = "; ".join(notes)
                take(motions)
                return
            self._add_results(motions, faults)
            self.hint = "; ".join([*notes, *([hint] if hint else [])])

    def _take_failure(self, event: Failure) -> None:
        ours = event.id is None or event.id == self._initialize_id
        # What was asked of an engine without a model fails as well, and does not say why there is none.
        new = event.restart and self.state is not State.FAILED
        if ours or new or (self.run is not None and event.id == self.run.request_id):
            self.fail(event.message, event.restart)

    def _end_run(self, outcome: str) -> None:
        self.run, self.outcome = None, outcome
        self.state = State.OFF if self._client is None else State.READY
        if self._initialize_id is not None:
            self.state = State.STARTING

    # -- results

    def _add_results(self, motions: list[Motion], faults: list[tuple[str, ...]]) -> None:
        assert self.run is not None
        if self.run.entry is not None:
            self.history = history.add(self.history, self.run.entry)
        run = self.run
        self.target = run.target or self.target
        fresh = []
        start = run.direction.start if run.direction is not None else None
        for motion, found in zip(motions, faults, strict=True):
            # asked for once more it is the same motion: one line in the list is enough
            edit = run.edit.answered(len(motion.joints)) if run.edit is not None else None
            asked = motion.request()
            twin = next((v for v in self.results if v.edit == edit and v.motion.request() == asked), None)
            if twin is not None:
                self.results.remove(twin)
            made = Variation(self._next_id if twin is None else twin.id, motion, edit=edit, faults=found, start=start)
            if twin is not None:
                made.used, made.name, made.starred = twin.used, twin.name, twin.starred
            fresh.append(made)
            self._next_id += 1
        self.results = fresh + self.results
        # the oldest go first, those that were applied before those that were not, those with a star last
        plain = [v for v in reversed(self.results) if not v.starred]
        for variation in [v for v in plain if v.used] + plain + self.results[::-1]:
            if len(self.results) > KEPT_RESULTS and variation in self.results:
                self.results.remove(variation)
        self.chosen_id, self.compared = fresh[0].id if fresh else None, []
        one, more = rpt_("1 motion to choose from"), rpt_("{count} motions to choose from")
        self._end_run(one if len(fresh) == 1 else more.format(count=len(fresh)))

    @property
    def chosen(self) -> Variation | None:
        """The variation shown as a ghost."""
        return self.find(self.chosen_id)

    def find(self, variation_id: int | None) -> Variation | None:
        return next((variation for variation in self.results if variation.id == variation_id), None)

    def choose(self, variation_id: int | None) -> None:
        """Show a variation alone, or none. Raises ValueError when it is no longer there."""
        if variation_id is not None and self.find(variation_id) is None:
            raise ValueError(rpt_("That motion is no longer in the list: generate it again"))
        self.chosen_id, self.compared = variation_id, []

    def compare(self, variation_id: int) -> None:
        """Show a variation beside the chosen one, or no longer. Raises ValueError when it is no longer there."""
        if self.chosen is None or self.chosen_id == variation_id:
            self.choose(variation_id)
            return
        found = self.find(variation_id)
        if found is None:
            raise ValueError(rpt_("That motion is no longer in the list: generate it again"))
        if found.edit is not None or self.chosen.edit is not None:
            raise ValueError(rpt_("Edits change the motion itself and are shown one at a time"))
        if variation_id in self.compared:
            self.compared.remove(variation_id)
        elif len(self.compared) + 1 < MOST_SHOWN:
            self.compared.append(variation_id)
        else:
            raise ValueError(rpt_("{count} motions are shown: click one of them away first").format(count=MOST_SHOWN))

    @property
    def shown(self) -> list[Variation]:
        """The chosen variation and those beside it."""
        found = (self.find(each) for each in (self.chosen_id, *self.compared))
        return [variation for variation in found if variation is not None]

    def discard(self, variation_id: int) -> None:
        """Forget a variation; the next one in the list is shown if it was the one on show."""
        index = next((i for i, variation in enumerate(self.results) if variation.id == variation_id), None)
        if index is None:
            return
        del self.results[index]
        self.compared = [each for each in self.compared if each != variation_id]
        if self.chosen_id == variation_id:
            self.chosen_id = self.results[min(index, len(self.results) - 1)].id if self.results else None

    def discard_all(self) -> None:
        """Forget all variations but those with a star; if all have one, those too."""
        kept = [variation for variation in self.results if variation.starred]
        self.results = kept if len(kept) < len(self.results) else []
        self.chosen_id, self.compared = None, []

    def batches(self) -> Iterator[tuple[str, list[Variation]]]:
        """The results by prompt, in the order of the list."""
        group: list[Variation] = []
        for variation in self.results:
            if group and variation.motion.prompt != group[0].motion.prompt:
                yield group[0].motion.prompt, group
                group = []
            group.append(variation)
        if group:
            yield group[0].motion.prompt, group


def _directed(params: dict[str, Any], direction: Direction | None) -> dict[str, Any]:
    """The params with the targets of a direction, if there is one."""
    return params if direction is None else params | {"targets": list(direction.targets)}


def _hint_in_words(hint: Any, names_it: bool) -> str:
    """What the protocol tells of a prompt, for the artist, with the prompt where it is one of several.

    Raises KeyError, TypeError for what is no hint.
    """
    if hint is None:
        return ""
    words = rpt_(HINTS[hint["kind"]]).format(nearest=hint["nearest"])
    return f"“{hint['prompt']}”: {words}" if names_it else words


session = Session()


def find_character(view_layer: bpy.types.ViewLayer | None) -> bpy.types.Object | None:
    """The armature motions are for: the active one, or else the one last used."""
    return active_armature(view_layer) or (session.target.resolve() if session.target else None)
