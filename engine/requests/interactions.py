"""What two characters do with each other, as data: `interactions.toml`, and files of the same kind that users write.

An interaction has two roles, a and b, with what each does, how they stand to each other, and contacts: which part of
one meets which part or place of the other, when and for how long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.files.text import read_toml
from engine.requests.checks import check_prompt
from engine.requests.params import Params

FILE = Path(__file__).with_name("interactions.toml")
ROLES = ("a", "b")
# What can go somewhere: palms, fists, the balls of the feet and the mouth.
PARTS = ("left_hand", "right_hand", "left_fist", "right_fist", "left_foot", "right_foot", "mouth")
# What is where the body has it.
PLACES = (
    "head",
    "face",
    "left_ear",
    "right_ear",
    "chest",
    "stomach",
    "back",
    "left_shoulder",
    "right_shoulder",
    "left_upper_arm",
    "right_upper_arm",
    "left_forearm",
    "right_forearm",
    "left_waist",
    "right_waist",
    "left_knee",
    "right_knee",
)
MIN_SECONDS, MAX_SECONDS = 1.0, 20.0  # of an interaction
MAX_CONTACTS, MAX_PARTS = 12, 6
NEAREST, FARTHEST = 0.15, 5.0  # metres between two who do something with each other


@dataclass(frozen=True)
class RolePart:
    """What is done up to the share `until` of the duration."""

    prompt: str
    until: float = 1.0


@dataclass(frozen=True)
class Role:
    """What one of the two does: one thing after the other.

    Attributes:
        facing: degrees by which it looks away from the other at the first contact, to its left; 180 turns its back
        mirrors: whether it does what the other one does, left and right exchanged; of b alone
    """

    parts: tuple[RolePart, ...]
    facing: float = 0.0
    mirrors: bool = False

    @property
    def prompt(self) -> str:
        """All of it in one text, to show."""
        return "; ".join(part.prompt for part in self.parts)


@dataclass(frozen=True)
class Contact:
    """Where the two touch.

    Attributes:
        a, b: of PARTS or PLACES; one of them at least is a part
        at: share of the duration at which it begins; lasts: seconds, 0 is a moment
        height: metres above the floor where two parts meet, on a body of 1.7 m; None: where they are
        gap: metres that stay between the two, such as an object that is handed over
        swing: metres by which what meets goes up and down, twice a second
    """

    a: str
    b: str
    at: float
    lasts: float = 0.0
    height: float | None = None
    gap: float = 0.0
    swing: float = 0.0

    def of(self, role: str) -> str:
        """The part or place of that role."""
        return self.a if role == "a" else self.b


@dataclass(frozen=True)
class Interaction:
    """One interaction.

    Attributes:
        distance: metres from pelvis to pelvis at the first contact, on bodies of 1.7 m

    Example:
        >>> find_interaction("shake hands").contacts[0].a
        'right_hand'
    """

    name: str
    seconds: float
    distance: float
    a: Role
    b: Role
    contacts: tuple[Contact, ...]

    def role(self, name: str) -> Role:
        return self.a if name == "a" else self.b

    @classmethod
    def read(cls, params: Params) -> Interaction:
        """From a table of the file or the wire. Raises ParamError, InputError that begins with its name."""
        params.allow("name", "seconds", "distance", "a", "b", "contact")
        name = params.text("name")
        if not name.strip():
            raise InputError("an interaction has no name: give it one")
        try:
            roles = [_read_role(params.table(role)) for role in ROLES]
            contacts = tuple(_read_contact(entry) for entry in params.entries("contact"))
            found = cls(name, params.number("seconds"), params.number("distance"), roles[0], roles[1], contacts)
            _check(found)
        except InputError as error:
            raise InputError(f"the interaction {name!r}: {error}") from error
        return found

    def record(self) -> dict[str, Any]:
        """As the wire and records have it; `read` takes it."""
        roles: dict[str, Any] = {}
        for key in ROLES:
            role = self.role(key)
            parts = [{"prompt": part.prompt, "until": part.until} for part in role.parts]
            roles[key] = {"parts": parts, "facing": role.facing, "mirrors": role.mirrors}
        contacts = []
        for it in self.contacts:
            entry: dict[str, Any] = {"a": it.a, "b": it.b, "at": it.at, "lasts": it.lasts, "gap": it.gap}
            entry["swing"] = it.swing
            contacts.append(entry | ({} if it.height is None else {"height": it.height}))
        return {"name": self.name, "seconds": self.seconds, "distance": self.distance, **roles, "contact": contacts}


def _read_role(params: Params) -> Role:
    params.allow("prompt", "parts", "facing", "mirrors")
    if params.has("parts"):
        parts = []
        for entry in params.entries("parts"):
            entry.allow("prompt", "until")
            parts.append(RolePart(entry.text("prompt"), entry.number("until", 1.0)))
    else:
        parts = [RolePart(params.text("prompt"))]
    return Role(tuple(parts), params.number("facing", 0.0), bool(params.flag_or_none("mirrors", False)))


def _read_contact(params: Params) -> Contact:
    params.allow("a", "b", "at", "lasts", "height", "gap", "swing")
    known = (*PARTS, *PLACES)
    return Contact(
        params.choice("a", known),
        params.choice("b", known),
        params.number("at"),
        params.number("lasts", 0.0),
        params.number_or_none("height"),
        params.number("gap", 0.0),
        params.number("swing", 0.0),
    )


def _check(found: Interaction) -> None:
    """Raises InputError for what nobody could do."""
    if not MIN_SECONDS <= found.seconds <= MAX_SECONDS:
        raise InputError(f"it lasts {found.seconds:g} s: choose {MIN_SECONDS:g} to {MAX_SECONDS:g}")
    if not NEAREST <= found.distance <= FARTHEST:
        raise InputError(f"the distance is {found.distance:g} m: choose {NEAREST:g} to {FARTHEST:g}")
    for key in ROLES:
        parts = found.role(key).parts
        if not 1 <= len(parts) <= MAX_PARTS:
            raise InputError(f"role {key} has {len(parts)} parts: give it 1 to {MAX_PARTS}")
        ends = [part.until for part in parts]
        if ends != sorted(set(ends)) or ends[0] <= 0.0 or ends[-1] != 1.0:
            raise InputError(f"the parts of role {key} have to end one after the other, the last one at 1")
        for part in parts:
            check_prompt(part.prompt)
    if found.a.mirrors:
        raise InputError("role a has nobody to mirror: let b do it")
    if not 1 <= len(found.contacts) <= MAX_CONTACTS:
        raise InputError(f"there are {len(found.contacts)} contacts: give it 1 to {MAX_CONTACTS}")
    for contact in found.contacts:
        if contact.a not in PARTS and contact.b not in PARTS:
            raise InputError(
                f"{contact.a} of a cannot go to {contact.b} of b: one of them has to be a hand, a foot or a mouth"
            )
        end = contact.at + contact.lasts / found.seconds
        if not (contact.at >= 0.0 and contact.lasts >= 0.0 and end <= 1.0):
            raise InputError(f"the contact of {contact.a} and {contact.b} is not within its {found.seconds:g} s")
        if not (0.0 <= contact.gap <= 1.0 and 0.0 <= contact.swing <= 0.3):
            raise InputError("a gap is 0 to 1 m, a swing 0 to 0.3 m")
        if contact.height is not None and not 0.0 <= contact.height <= 2.2:
            raise InputError(f"nobody reaches {contact.height:g} m: a height is 0 to 2.2 m")
    for role in ROLES:
        _check_turns(found, role)


def _check_turns(found: Interaction, role: str) -> None:
    """Raises InputError where one part has to be in two places at once."""
    limbs = [(it.of(role).replace("fist", "hand"), it) for it in found.contacts if it.of(role) in PARTS]
    for place, (limb, first) in enumerate(limbs):
        for other, second in limbs[place + 1 :]:
            early, late = sorted((first, second), key=lambda it: it.at)
            if limb == other and early.at + early.lasts / found.seconds >= late.at:
                raise InputError(f"{limb} of {role} has two contacts at once")


def read_interactions(path: Path) -> tuple[Interaction, ...]:
    """Those of a file of `[[interaction]]` tables. Raises InputError that names the file."""
    content = read_toml(path)
    try:
        params = Params(content)
        params.allow("interaction")
        found = tuple(Interaction.read(entry) for entry in params.entries("interaction"))
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error
    names = [each.name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{path.name}: {name!r} is there twice")
    return found


@lru_cache
def bundled_interactions() -> tuple[Interaction, ...]:
    """Those that come with the engine."""
    return read_interactions(FILE)


def find_interaction(name: str, among: Sequence[Interaction] | None = None) -> Interaction:
    """The interaction of that name; raises InputError that tells which there are."""
    known = bundled_interactions() if among is None else among
    for each in known:
        if each.name == name.strip().lower() or each.name == name:
            return each
    raise InputError(f"there is no interaction {name[:80]!r}: choose one of {', '.join(it.name for it in known)}")
