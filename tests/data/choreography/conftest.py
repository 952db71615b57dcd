"""Takes of every action over four short captured stretches (ReActIdle, MIT; CMU), in tenths of a millimetre."""

from pathlib import Path

import numpy as np
import pytest

from engine.data.choreography.bases import BaseLibrary
from engine.data.choreography.library import make_take
from engine.motion.skeleton import mirror_joints


@pytest.fixture(scope="session")
def trials(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trials")
    with np.load(Path(__file__).parent / "bases.npz") as stretches:
        for name in stretches:
            np.save(folder / f"{name}.npy", (stretches[name] / 1e4).astype(np.float32))
    return folder


@pytest.fixture(scope="session")
def bases(trials):
    return BaseLibrary(trials)


@pytest.fixture(scope="session")
def takes(bases):
    """A function (action, variant) -> (take, its joints made right-handed in float64)."""
    made = {}

    def take(piece, variant):
        if (piece.name, variant) not in made:
            one = make_take(piece, bases, seed=5, variant=variant)
            joints = one.joints.astype(np.float64)
            made[piece.name, variant] = one, mirror_joints(joints) if one.side == "left" else joints
        return made[piece.name, variant]

    return take
