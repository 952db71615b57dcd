"""Two motions of two characters who do something with each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.requests.checks import check_seed
from engine.requests.interactions import ROLES, Interaction, find_interaction
from engine.requests.params import ParamError, Params
from engine.requests.proportions import PERSON, Proportions
from engine.requests.sampling import SAMPLING, read_sampling, record_sampling

# How large a character may be, against a body of 1.7 m.
SMALLEST, LARGEST = 0.1, 10.0
MAX_RATIO = 4.0  # of the larger one to the smaller


@dataclass(frozen=True)
class InteractRequest:
    """A pair of motions on one clock, in one world.

    Attributes:
        sizes: of a and b against the model's body, by their legs; the world's metres are those of a body of size 1
        proportions: how a and b are built

    Raises InputError for what cannot be used.
    """

    interaction: Interaction
    seed: int = 0
    sizes: tuple[float, float] = (1.0, 1.0)
    sampling: SamplingConfig = SamplingConfig()
    proportions: tuple[Proportions, Proportions] = (PERSON, PERSON)

    METHOD: ClassVar[str] = "interact"
    PARAMS: ClassVar[tuple[str, ...]] = ("interaction", "definition", "seed", "sizes", "proportions", *SAMPLING)

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if not all(SMALLEST <= size <= LARGEST for size in self.sizes):
            raise InputError(f"a character's size has to be {SMALLEST:g} to {LARGEST:g} times that of a grown body")
        if max(self.sizes) > MAX_RATIO * min(self.sizes):
            raise InputError(
                f"one character is {max(self.sizes) / min(self.sizes):.1f} times as large as the other: "
                f"at most {MAX_RATIO:g} times can touch"
            )

    @property
    def prompt(self) -> str:
        """What is shown."""
        return self.interaction.name

    @classmethod
    def read(cls, params: Params) -> InteractRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        if params.has("definition"):
            interaction = Interaction.read(params.table("definition"))
        else:
            interaction = find_interaction(params.text("interaction"))
        sizes = params.vector("sizes") if params.has("sizes") else [1.0, 1.0]
        if len(sizes) != len(ROLES):
            raise ParamError(f"sizes must be two numbers, one of each character, not {len(sizes)}")
        built = (
            [Proportions.read(entry) for entry in params.entries("proportions")] if params.has("proportions") else []
        )
        if built and len(built) != len(ROLES):
            raise ParamError(f"proportions must be two tables, one of each character, not {len(built)}")
        proportions = (built[0], built[1]) if built else (PERSON, PERSON)
        sampling = read_sampling(params, cls.sampling)
        return cls(interaction, params.whole("seed", 0), (sizes[0], sizes[1]), sampling, proportions)

    def record(self, model: str, role: str) -> dict[str, Any]:
        """What `Motion.request` keeps of the motion of one role."""
        assert role in ROLES
        asked: dict[str, Any] = {
            "prompt": self.interaction.role(role).prompt,
            "seed": self.seed,
            "sizes": list(self.sizes),
        }
        asked["proportions"] = [asdict(each) for each in self.proportions]
        told = {"interaction": self.interaction.name, "definition": self.interaction.record(), "role": role}
        return {"method": self.METHOD, **asked, **told, **record_sampling(self.sampling), "model": model}
