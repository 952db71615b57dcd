"""`python -m engine.worker`: takes stdin and stdout for messages and serves until stdin closes."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
from io import FileIO
from typing import NoReturn

from engine.worker.server import Server


def take_streams() -> tuple[FileIO, FileIO]:
    """The real stdin and stdout; whatever else in this process reads stdin or prints gets other ones.

    File descriptor 0 becomes the null device for a second reason: on Windows, libraries look at it as
    they load, and would hang there for as long as a thread waits for input from the pipe.
    """
    source, sink = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return FileIO(source, "rb"), FileIO(sink, "wb")


def main() -> NoReturn:
    # Ctrl-C in the terminal that Blender was started from goes to its children as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    source, sink = take_streams()
    Server(source, sink).run()


if __name__ == "__main__":
    main()
