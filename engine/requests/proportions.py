"""How a character is built beside the body that motions are made on: what hands have to make up for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from engine.errors import InputError
from engine.requests.params import Params

SLIGHTEST, STOUTEST = 0.3, 3.0
THICKEST = 0.2  # metres


@dataclass(frozen=True)
class Proportions:
    """Lengths against those of the model's body, once both have legs of one length.

    Attributes:
        trunk: from hips to collars
        collars: from the collars to the shoulders
        upper_arms: from shoulder to elbow; forearms: from elbow to wrist, and the hand
        ankles: metres by which the ankles stand higher than that body's, such as on thick soles

    Raises InputError for what cannot be used.
    """

    trunk: float = 1.0
    collars: float = 1.0
    upper_arms: float = 1.0
    forearms: float = 1.0
    ankles: float = 0.0

    def __post_init__(self) -> None:
        if not -THICKEST <= self.ankles <= THICKEST:
            raise InputError(
                f"the ankles of a character stand {self.ankles:.2g} m higher than a person's: no sole does that"
            )
        for name, value in asdict(self).items():
            if name != "ankles" and not SLIGHTEST <= value <= STOUTEST:
                raise InputError(
                    f"{name.replace('_', ' ')} of a character are {value:.2g} times those of a person with such legs: "
                    f"{SLIGHTEST:g} to {STOUTEST:g} times can be used"
                )

    @classmethod
    def read(cls, params: Params) -> Proportions:
        """From a table of the wire. Raises ParamError, InputError."""
        names = [field.name for field in fields(cls)]
        params.allow(*names)
        return cls(**{name: params.number(name, getattr(PERSON, name)) for name in names})


PERSON = Proportions()
