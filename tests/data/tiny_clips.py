"""A tiny data set in HumanML3D's layout."""

from pathlib import Path

import numpy as np


def write_tiny_clips(folder: Path) -> Path:
    (folder / "new_joint_vecs").mkdir()
    (folder / "texts").mkdir()
    rng = np.random.default_rng(0)
    basis = rng.normal(size=(4, 263)) * 0.1
    rows = ["name,split,weight"]
    clips = []
    for number in range(12):
        frames = int(rng.integers(40, 90))
        time = np.arange(frames)[:, None] / 20
        motion = np.sin(time * (1 + np.arange(4)) + rng.random(4) * 6) @ basis
        motion[:, 1:3] = 0.0 if number % 2 else 0.05
        motion[:, 259:] = motion[:, 259:] > 0
        clips.append(motion.astype(np.float32))
        np.save(folder / "new_joint_vecs" / f"c{number:02}.npy", clips[-1])
        action = "waves" if number % 2 else "walks"
        lines = f"a person {action}.##0.0#0.0\nsomeone {action} for a bit##0.5#1.5\n"
        (folder / "texts" / f"c{number:02}.txt").write_text(lines)
        rows.append(f"c{number:02},train,{1 + number % 2}")
    names = [f"c{number:02}" for number in range(12)]
    (folder / "train.txt").write_text("\n".join([*names[:10], "absent"]))
    (folder / "val.txt").write_text("\n".join(names[10:]))
    (folder / "clips.csv").write_text("\n".join(rows))
    frames = np.concatenate(clips)
    np.save(folder / "Mean.npy", frames.mean(0))
    np.save(folder / "Std.npy", frames.std(0))
    return folder
