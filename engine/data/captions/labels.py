"""Captions from file names, for collections whose clips are named by what they show."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.data.captions.segments import Segment

_ACTIONS = {
    "bow": ("bow", "a person bows", "{who} bends forward in a bow"),
    "bye": ("wave goodbye", "a person waves goodbye", "{who} waves bye with one hand"),
    "byebye": ("wave goodbye", "a person waves goodbye with both hands", "{who} waves bye bye"),
    "call": ("call someone over", "a person calls out to someone", "{who} beckons somebody"),
    "dance-long": ("dance", "a person dances", "{who} performs a dance"),
    "dance-short": ("dance", "a person dances briefly", "{who} does a short dance"),
    "dash": ("dash", "a person dashes forward", "{who} sprints ahead"),
    "guide": ("guide the way", "a person shows the way with a hand", "{who} guides somebody"),
    "kick": ("kick", "a person kicks", "{who} throws a kick"),
    "punch": ("punch", "a person punches", "{who} throws a punch"),
    "respond": ("respond", "a person responds to a call", "{who} turns and answers"),
    "run": ("run", "a person runs forward", "{who} runs"),
    "slash": ("slash with a sword", "a person slashes with a sword", "{who} swings a blade"),
    "walk": ("walk", "a person walks forward", "{who} walks ahead"),
    "walk-back": ("walk backwards", "a person walks backwards", "{who} steps backwards"),
    "walk-left": ("sidestep to the left", "a person walks sideways to the left", "{who} sidesteps left"),
    "walk-right": ("sidestep to the right", "a person walks sideways to the right", "{who} sidesteps right"),
    "walk-turn-left": (
        "walk and turn left",
        "a person walks and turns left",
        "{who} walks forward, turning to the left",
    ),
    "walk-turn-right": (
        "walk and turn right",
        "a person walks and turns right",
        "{who} walks forward, turning to the right",
    ),
    "raise-up-both-hands": ("raise both hands", "a person raises both hands", "{who} lifts both arms up"),
    "raise-up-left-hand": ("raise the left hand", "a person raises the left hand", "{who} lifts the left arm up"),
    "raise-up-right-hand": ("raise the right hand", "a person raises the right hand", "{who} lifts the right arm up"),
    "wave-both-hands": ("wave both hands", "a person waves with both hands", "{who} waves both arms"),
    "wave-left-hand": ("wave the left hand", "a person waves with the left hand", "{who} waves the left arm"),
    "wave-right-hand": ("wave the right hand", "a person waves with the right hand", "{who} waves the right arm"),
}
_STYLES = {
    "normal": "",
    "active": "energetically",
    "angry": "angrily",
    "childish": "like a child",
    "chimpira": "with a swagger",
    "feminine": "in a feminine way",
    "giant": "heavily like a giant",
    "happy": "happily",
    "masculinity": "in a masculine way",
    "masculine": "in a masculine way",
    "musical": "like in a musical",
    "not-confident": "timidly",
    "old": "like an old person",
    "elderly": "like an old person",
    "proud": "proudly",
    "sad": "sadly",
    "tired": "wearily",
    "exhausted": "exhaustedly",
    "youthful": "youthfully",
}
_NAME = re.compile(r"nc_dataset-\d_(?P<action>[a-z-]+)_(?P<style>[a-z-]+)_\d+")


def caption_bandai_namco(lengths: Mapping[str, float]) -> list[Segment]:
    """Template captions of the Bandai-Namco clips, from ``dataset-N_content_style_number``.

    `lengths` holds the seconds of each trial by its name.
    """
    segments = []
    for name, seconds in lengths.items():
        match = _NAME.match(name)
        if match is None or match["action"] not in _ACTIONS:
            continue
        style = _STYLES.get(match["style"], match["style"])
        captions = tuple(
            f"{text.format(who=who)} {style}".strip()
            for text, who in zip(
                (*_ACTIONS[match["action"]], _ACTIONS[match["action"]][2]),
                ("", "", "someone", "the character"),
                strict=True,
            )
        )
        longest = 9.5
        start = 0.0
        while seconds - start > 1.0:
            end = min(seconds, start + longest)
            segments.append(Segment(name, start, end, captions))
            start = end
    return segments
