"""How a character is built beside the body that motions are made on: what hands have to make up for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from engine.errors import InputError
from engine.requests.params import Params

SLIGHTEST, STOUTEST = 0.3, 3.0
THICKEST, FARTHEST_OFF = 0.2, 1.0  # metres
OFFSETS = ("shoulders_ahead", "neck_up", "neck_ahead", "head_up", "head_ahead")


@dataclass(frozen=True)
class Proportions:
    """Lengths against those of the model's body, once both have legs of one length.

    Attributes:
        trunk: from hips to collars
        collars: from the collars to the shoulders
        upper_arms: from shoulder to elbow; forearms: from elbow to wrist; hands: from wrist to knuckles
        ankles: metres by which the ankles stand higher than that body's, such as on thick soles
        shoulders_ahead, neck_up, neck_ahead, head_up, head_ahead: metres along the trunk and ahead by which shoulders
            (and arms), neck and head are off where that body with such a trunk has them

    Raises InputError for what cannot be used.
    """

    trunk: float = 1.0
    collars: float = 1.0
    upper_arms: float = 1.0
    forearms: float = 1.0
    hands: float = 1.0
    ankles: float = 0.0
    shoulders_ahead: float = 0.0
    neck_up: float = 0.0
    neck_ahead: float = 0.0
    head_up: float = 0.0
    head_ahead: float = 0.0

    def __post_init__(self) -> None:
        if not -THICKEST <= self.ankles <= THICKEST:
            raise InputError(
                f"the ankles of a character stand {self.ankles:.2g} m higher than a person's: no sole does that"
            )
        for name, value in asdict(self).items():
            if name in ("ankles", *OFFSETS):
                if not -FARTHEST_OFF <= value <= FARTHEST_OFF:
                    raise InputError(
                        f"the {name.split('_')[0]} of a character is {value:.2g} m off a person's: "
                        f"at most {FARTHEST_OFF:g} m can be used"
                    )
            elif not SLIGHTEST <= value <= STOUTEST:
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
