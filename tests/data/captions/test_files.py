"""The committed captions."""

import re

from engine.data.build import CAPTIONS
from engine.data.captions.segments import read_segments

# ACCAD's names tell what happens in turn: "RunToHopToWalk1".
CHANGES = re.compile(r"(?i)(?:hop|leap|jump|run|skip|box|crouch)(?:to|2)walk")


def test_what_begins_otherwise_is_no_plain_walk():
    changing = [part for part in read_segments(CAPTIONS / "accad.jsonl") if CHANGES.search(part.trial)]
    assert len(changing) > 20
    for part in changing:
        assert not {"walk forward", "a person walks forward"} & set(part.captions), part.trial
