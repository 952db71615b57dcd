"""A virtual screen, and pictures of it: Xvfb keeps its frame buffer in a file of the X window dump format."""

from __future__ import annotations

import os
import struct
import subprocess
import time
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (1440, 900)


class Screen:
    """An X display without a monitor. Use as a context manager.

    A program takes a picture by making the empty file ``<requests>/NAME.wanted``; it is gone once the picture
    lies beside it as NAME.png.
    """

    def __init__(self, requests: Path) -> None:
        self.display = f":{90 + os.getpid() % 400}"
        self._requests = requests

    def __enter__(self) -> Screen:
        geometry = f"{SIZE[0]}x{SIZE[1]}x24"
        self._buffer = self._requests / "screen"
        self._buffer.mkdir()
        self._server = subprocess.Popen(
            [
                "Xvfb",
                self.display,
                "-screen",
                "0",
                geometry,
                "-fbdir",
                str(self._buffer),
                "-nolisten",
                "tcp",
                "-nocursor",
            ],  # the mouse that is simulated is not the server's, which stands still
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 20
        while not (self._buffer / "Xvfb_screen0").is_file():
            if self._server.poll() is not None or time.monotonic() > end:
                raise RuntimeError("Xvfb does not start")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()

    def serve(self) -> None:
        """Take the pictures that are wanted now."""
        for wanted in self._requests.glob("*.wanted"):
            self.save(wanted.with_suffix(".png"))
            wanted.unlink()

    def save(self, path: Path) -> None:
        """Write what the screen shows as a PNG."""
        picture = Image.fromarray(read_dump((self._buffer / "Xvfb_screen0").read_bytes()))
        # 256 colours are enough for a user interface and take a third of the room
        picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def read_dump(dump: bytes) -> np.ndarray:
    """The picture (H, W, 3), uint8, in an X window dump of 32 bits a pixel in BGRX order (XWDFile.h)."""
    header = struct.unpack(">25I", dump[:100])
    header_size, width, height, bits, line, colors = (header[k] for k in (0, 4, 5, 11, 12, 19))
    if bits != 32:
        raise ValueError(f"a screen of {bits} bits a pixel cannot be read")
    start = header_size + 12 * colors
    pixels = np.frombuffer(dump, np.uint8, height * line, start).reshape(height, line)
    return pixels[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1]
