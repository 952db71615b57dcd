"""The pinned packages and the builds of PyTorch, read from packages.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..translation import rpt_

_FILE = Path(__file__).with_name("packages.toml")


@dataclass(frozen=True)
class Backend:
    """One build of PyTorch; sizes in MB, of the whole engine.

    Attributes:
        index: by system, PyTorch's own index where the build is not PyPI's.
        locked: systems whose build from that index has its hashes listed.
    """

    name: str
    label: str
    systems: tuple[str, ...]
    index: dict[str, str]
    download: int
    disk: int
    locked: tuple[str, ...] = ()

    @property
    def size_text(self) -> str:
        """For people: "280 MB to download, 1.3 GB on disk"."""
        message = rpt_("{download} to download, {disk} on disk")
        return message.format(download=_readable(self.download), disk=_readable(self.disk))


@dataclass(frozen=True)
class Packages:
    """Everything packages.toml says."""

    torch: str
    pip: str
    packages: tuple[str, ...]
    minimum: dict[str, str]
    backends: dict[str, Backend]

    def pins(self) -> list[str]:
        """Every pinned requirement of the engine; an environment made of others is outdated."""
        return [f"torch=={self.torch}", *self.packages]


@cache
def read_packages() -> Packages:
    """The contents of packages.toml."""
    data = tomllib.loads(_FILE.read_text("utf-8"))
    backends = {name: _read_backend(name, table) for name, table in data["backends"].items()}
    return Packages(data["torch"], data["pip"], tuple(data["packages"]), data["minimum"], backends)


def _read_backend(name: str, table: dict[str, Any]) -> Backend:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Backend(name, **values)


def main() -> None:
    """Print the pins, for ``make lock``."""
    print("\n".join(read_packages().pins()))


def _readable(megabytes: int) -> str:
    return f"{megabytes} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


if __name__ == "__main__":
    main()
