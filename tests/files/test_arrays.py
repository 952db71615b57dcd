"""What arrays claim is checked before it is believed."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import numpy as np
import pytest

from engine.errors import InputError
from engine.files.arrays import names_of, read_array, read_arrays


def npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode().ljust(118 - 1) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def test_arrays_come_back(tmp_path):
    joints = np.random.default_rng(0).random((5, 22, 3))
    arrays = {"joints": joints, "names": np.array(["a", "bc"]), "fps": np.array(20.0)}
    np.savez_compressed(tmp_path / "a.npz", **arrays)
    found = read_arrays(tmp_path / "a.npz")
    assert set(found) == set(arrays) == names_of(tmp_path / "a.npz")
    assert all(np.array_equal(found[name], value) for name, value in arrays.items())
    assert set(read_arrays(tmp_path / "a.npz", {"fps"})) == {"fps"}
    fortran = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    np.save(tmp_path / "a.npy", fortran)
    assert np.array_equal(read_array(tmp_path / "a.npy"), fortran)


@pytest.mark.parametrize(
    "content",
    [
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-5,), }", b"x" * 100),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"x" * 100),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (" + "(" * 60),
        npy("{'descr': '<q9', 'fortran_order': False, 'shape': (1,), }", b"x" * 100),
        b"\x93NUMPY\x09\x00",
        b"",
        b"PK\x03\x04",
    ],
)
def test_lies_are_told(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npy"):
        read_array(tmp_path / "a.npy")
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("joints.npy", content)
    with pytest.raises(InputError, match=r"a\.npz"):
        read_arrays(tmp_path / "a.npz")


def test_damaged_files_end_in_one_line(tmp_path):
    """A thousand files with some bytes changed or cut off: an answer or an InputError, nothing else."""
    stream = io.BytesIO()
    np.savez_compressed(stream, joints=np.random.default_rng(0).random((30, 22, 3)), fps=20.0)
    whole = stream.getvalue()
    luck = random.Random(3)
    path = tmp_path / "a.npz"
    refused = []
    for _ in range(1000):
        content = bytearray(whole)
        for _ in range(luck.randint(1, 6)):
            content[luck.randrange(len(content))] = luck.randrange(256)
        path.write_bytes(content[: luck.randrange(1, len(content) + 1)] if luck.random() < 0.3 else content)
        try:
            read_arrays(path)
        except InputError as error:
            refused.append(str(error))
    assert len(refused) > 300 and not any("\n" in told for told in refused)
