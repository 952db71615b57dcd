"""ASF/AMC on a skeleton small enough to work out by hand."""

import numpy as np
import pytest

from engine.data.formats.amc import METRES_PER_UNIT, read_amc
from engine.motion.errors import MotionError

ASF = """# made by hand
:version 1.10
:name tiny
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
:bonedata
  begin
     id 1
     name upper
     direction 1 0 0
     length 10
     axis 0 0 90 XYZ
     dof rx
  end
  begin
     id 2
     name lower
     direction 1 0 0
     length 5
     axis 0 0 0 XYZ
     dof rz
  end
:hierarchy
  begin
    root upper
    upper lower
  end
"""
AMC = """:FULLY-SPECIFIED
:DEGREES
1
root 0 20 0 0 0 0
upper 0
lower 0
2
root 0 20 0 0 90 0
upper 90
lower 90
"""


@pytest.fixture
def files(tmp_path):
    asf, amc = tmp_path / "tiny.asf", tmp_path / "tiny_01.amc"
    asf.write_text(ASF)
    amc.write_text(AMC)
    return asf, amc


def test_positions_worked_out_by_hand(files):
    clip = read_amc(*files, fps=30.0)
    assert clip.joint_names == ("root", "upper", "lower", "lower_end")
    at = clip.positions / METRES_PER_UNIT
    assert np.allclose(at[0], [[0, 20, 0], [0, 20, 0], [10, 20, 0], [15, 20, 0]])
    # The root turns +X to -Z. The upper bone's axis frame maps its x to y, so its 90 degrees turn
    # about the bone-space y: +X to -Z before the root's turn, -Z to -X after it. The lower bone
    # turns about z: its +X becomes +Y, which the turns about y leave alone.
    assert np.allclose(at[1], [[0, 20, 0], [0, 20, 0], [-10, 20, 0], [-10, 25, 0]], atol=1e-6)


def test_broken_files_are_named(files, tmp_path):
    asf, amc = files
    amc.write_text(":DEGREES\n")
    with pytest.raises(MotionError, match="tiny_01.amc"):
        read_amc(asf, amc, 30.0)
    asf.write_text("nothing")
    with pytest.raises(MotionError, match="tiny.asf"):
        read_amc(asf, amc, 30.0)
    with pytest.raises(MotionError, match="missing.asf"):
        read_amc(tmp_path / "missing.asf", amc, 30.0)
