"""Which build of PyTorch a machine gets, and that packages.toml has it."""

from __future__ import annotations

import pytest

from mmm_blender.engine_install.backends import Machine, choose_backend, probe_machine
from mmm_blender.engine_install.packages import read_packages


@pytest.mark.parametrize(
    ("machine", "backend"),
    [
        (Machine("Linux", "x86_64"), "cpu"),
        (Machine("Windows", "AMD64"), "cpu"),
        (Machine("Darwin", "arm64"), "mps"),
        (Machine("Linux", "x86_64", nvidia=(580, 8.9)), "cuda"),
        (Machine("Windows", "AMD64", nvidia=(595, 12.0)), "cuda"),
        (Machine("Linux", "x86_64", nvidia=(595, 6.1)), "cuda_older"),
        (Machine("Linux", "x86_64", nvidia=(550, 8.9)), "cuda_older"),
        (Machine("Linux", "x86_64", nvidia=(470, 3.5)), "cpu"),
        (Machine("Linux", "x86_64", nvidia=(470, 3.5), amd=True), "rocm"),
        (Machine("Linux", "x86_64", amd=True), "rocm"),
        (Machine("Windows", "AMD64", amd=True), "cpu"),
        (Machine("Windows", "AMD64", intel_arc=True), "xpu"),
        (Machine("Linux", "x86_64", nvidia=(580, 8.9), amd=True, intel_arc=True), "cuda"),
    ],
)
def test_choice(machine: Machine, backend: str) -> None:
    assert choose_backend(machine) == backend
    assert machine.system in read_packages().backends[backend].systems


def test_macs_with_intel_processors_are_told() -> None:
    with pytest.raises(ValueError, match="use an existing Python"):
        choose_backend(Machine("Darwin", "x86_64"))


def test_this_machine_gets_something() -> None:
    assert choose_backend(probe_machine()) in read_packages().backends


def test_packages_are_pinned_and_sizes_named() -> None:
    packages = read_packages()
    assert all("==" in pin for pin in packages.pins())
    assert packages.pins()[0].startswith("torch==")
    for backend in packages.backends.values():
        assert set(backend.index) <= set(backend.systems)
        assert "download" in backend.size_text and "on disk" in backend.size_text
