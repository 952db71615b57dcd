"""`mmm evaluate-prompts`: bad options are one line, a run leaves tables and sheets."""

from __future__ import annotations

import json

import pytest

from engine.cli import main


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--seeds", "0"], "--seeds 0 is out of range: use 1 to 100"),
        (["--family", "flying"], "--family 'flying': name one of locomotion"),
        (["--family", "t"], "--family 't': name one of locomotion"),
        (["--held-out", "--tuned-only"], "exclude each other"),
        (["--weights", "nowhere"], "nowhere"),
    ],
)
def test_bad_options_are_told_in_one_line(options, told, capsys):
    assert main(["evaluate-prompts", *options]) == 2
    error = capsys.readouterr().err.strip()
    assert told in error and "\n" not in error


@pytest.mark.slow
def test_a_family_of_the_bundled_model(tmp_path, capsys):
    out = {name: tmp_path / name for name in ("p.json", "p.md", "takes")}
    options = ["--family", "loco", "--seeds", "1", "--json", str(out["p.json"]), "--markdown", str(out["p.md"])]
    assert main(["evaluate-prompts", *options, "--takes", str(out["takes"])]) == 0
    content = json.loads(out["p.json"].read_text())
    families = {prompt["family"] for prompt in content["prompts"]}
    assert families == {"locomotion"}
    followed = [take["followed"] for prompt in content["prompts"] for take in prompt["takes"]]
    assert sum(followed) > 0.6 * len(followed)
    held_out = [prompt["text"] for prompt in content["prompts"] if prompt["held_out"]]
    printed = capsys.readouterr().out
    assert held_out and not any(text in printed for text in held_out)
    assert all(f"- {text}: " in out["p.md"].read_text() for text in held_out)
    # Held-out takes are not drawn unless asked for.
    assert len(list(out["takes"].rglob("*.png"))) == len(content["prompts"]) - len(held_out)
