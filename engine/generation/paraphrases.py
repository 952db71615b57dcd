"""A prompt in other words, for takes that are drawn again: what the model misses under one name it may know by another.

An artist would try the same. Who does it becomes "a person", an action gets a wording that is common in what the model
learnt from, and where a limb or way is left open, one side is named: drawn in parallel, both at once would be neither.
What the prompt asks for stays; whether a take shows it is told by the artist's own words.
"""

from __future__ import annotations

import re

# Who does it without doing it in a way of their own: zombies, robots, drunks, the old and the angry stay who they are.
_WHO = re.compile(
    r"^(?:an?|the|one|some) (?:(?:young|tall|strong|little|small|figure|tennis|soccer|football|basketball"
    r"|baseball|golf|martial) )*(?:man|woman|guy|lady|girl|boy|kid|child|character|figure|player|fighter|dancer|skater"
    r"|ballerina|athlete|boxer|artist|worker|soldier|golfer|performer|gymnast|angler|fisherman|carpenter|chef|cook|waiter"
    r"|waitress|farmer|gardener|painter|musician|guitarist|drummer|violinist|pianist|singer|conductor|student|teacher"
    r"|nurse|doctor|guard|warrior|knight|samurai|archer|runner|jogger|swimmer|pitcher|batter|bowler|goalkeeper|wrestler"
    r"|fencer|cheerleader|policeman|officer|mechanic|miner|cleaner|janitor|maid)\b(?=\s+[a-z]+)",
    re.IGNORECASE,
)
# What a clause says, and how it is said instead, in turn.
_ACTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"(?:does|do|performs|makes) (?:some |a few )?lunges",
        ("lunges forward with the right leg", "does lunges with the left leg"),
    ),
    (r"shak(?:es|ing) (?:his|her|their|its) head(?: no)?", ("shakes the head",)),
    (r"nods(?: yes| in agreement)?$", ("nods the head",)),
    (r"digs with an? (?:shovel|spade)", ("digs a hole", "shovels")),
    (r"stirs(?: in)? (?:a|the) (?:pot|soup|bowl)", ("stirs in a pot with the right hand",)),
    (r"(?:does|do|performs|is doing) (?:some |a few )?jumping jacks", ("is doing jumping jacks", "does star jumps")),
    (r"lies down(?: on the (?:floor|ground))?$", ("lies down on the back",)),
    (r"does a pirouette", ("spins on one foot",)),
    (r"(?:bends|leans) to (?:the|one) side", ("bends to the right", "bends to the left")),
    (r"walks (?:forwards?|ahead) and (?:stops|halts)$", ("walks and stops",)),
    (
        r"waves(?: (?:hello|hi|goodbye))? with (?:the|his|her|their) (left|right) hand$",
        (r"lifts the \1 hand and waves three times",),
    ),
    (r"skips (?:happily|merrily|cheerfully)", ("skips joyfully", "is skipping")),
    (r"marches in place", ("marches in place like a soldier, lifting the knees",)),
    (r"hammers(?: in)? (?:a|the) nails?", ("hammers",)),
    (
        r"beckons(?: (?:you|someone|somebody))?(?: to come(?: closer| here)?)?",
        ("waves someone over with the right hand",),
    ),
    (r"(?:hops|is hopping) on the (left|right) foot", (r"hops up and down on the \1 leg",)),
)
_PATTERNS = [(re.compile(rf"\b{words}", re.IGNORECASE), others) for words, others in _ACTIONS]


def rephrase(prompt: str, draw: int) -> str:
    """The prompt as it is worded for its draw number `draw`: every other one, from the second on, says it otherwise."""
    if draw % 2 == 0:
        return prompt
    said = _WHO.sub("a person", prompt.strip().rstrip("."))
    for words, others in _PATTERNS:
        said = words.sub(others[draw // 2 % len(others)], said)
    return said
