"""The command line: `mmm generate | edit | story | interact | batch | info | data ... | train ... | evaluate ...`."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from types import FrameType

from engine.commands.batch import add_batch
from engine.commands.bench import add_bench
from engine.commands.data import add_data
from engine.commands.edit import add_edit, add_evaluate_editing, add_story
from engine.commands.evaluate import add_evaluate
from engine.commands.evaluating.arrivals import add_evaluate_arrivals
from engine.commands.evaluating.direction import add_evaluate_direction
from engine.commands.evaluating.interactions import add_evaluate_interactions
from engine.commands.evaluating.moods import add_evaluate_moods
from engine.commands.evaluating.prompts import add_evaluate_prompts
from engine.commands.evaluating.seats import add_evaluate_seats
from engine.commands.generate import add_generate
from engine.commands.info import run_info
from engine.commands.interact import add_interact
from engine.commands.train import add_evaluate_finetuning, add_publish, add_train
from engine.commands.weights import add_weights_commands
from engine.errors import InputError
from engine.worker.memory import is_out_of_memory
from engine.worker.messages import describe_exception

# Wishes that the process may end; each is told by 128 and its number, as shells do.
STOPS = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
FAULT = 3


class Stopped(KeyboardInterrupt):
    """Someone wants the process to end: whatever is under way tidies up as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse a command; exits with code 2 and a usage line if it makes no sense."""
    parser = argparse.ArgumentParser(prog="mmm", description="Text to human motion, offline.")
    commands = parser.add_subparsers(dest="command", required=True)
    add_generate(commands.add_parser("generate", help="make a motion from a sentence"))
    add_edit(commands.add_parser("edit", help="regenerate a part of a motion, keep the rest"))
    add_story(commands.add_parser("story", help="one motion through many prompts"))
    add_interact(commands.add_parser("interact", help="two characters who do something with each other"))
    add_batch(commands.add_parser("batch", help="a list of prompts to a library of actions for a rig"))
    commands.add_parser("info", help="device, versions and models").set_defaults(run=run_info)
    add_data(commands.add_parser("data", help="training data"))
    add_train(commands.add_parser("train", help="train a model's part"))
    add_publish(commands.add_parser("publish", help="a trained model in half precision, to be shipped"))
    add_evaluate(commands.add_parser("evaluate", help="measure a model on held-out clips"))
    add_evaluate_interactions(commands.add_parser("evaluate-interactions", help="do two bodies meet and touch?"))
    add_evaluate_arrivals(commands.add_parser("evaluate-arrivals", help="does who walks somewhere stop there?"))
    add_evaluate_seats(commands.add_parser("evaluate-seats", help="does who sits down sit on the bench?"))
    add_evaluate_moods(commands.add_parser("evaluate-moods", help="are moods seen?"))
    add_evaluate_direction(commands.add_parser("evaluate-direction", help="does it come to targets?"))
    add_evaluate_prompts(commands.add_parser("evaluate-prompts", help="does it do what artists type?"))
    add_weights_commands(commands.add_parser("weights", help="published checkpoints"))
    add_bench(commands.add_parser("bench", help="how fast this machine samples, starts and trains"))
    add_evaluate_editing(commands.add_parser("evaluate-editing", help="measure editing on held-out clips"))
    add_evaluate_finetuning(commands.add_parser("evaluate-finetuning", help="new actions from a few clips"))
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Returns 0 if all went well, 1 if a part was left out, 2 for bad input or a disk or memory that refuses, 3 for a
    fault of ours, 128 and its number for a signal to end; all but 0 and 1 with one line on stderr.
    """
    with _stopped_by_signals(for_good=arguments is None):
        try:
            code = _run(arguments)
            sys.stdout.flush()
            return code
        except InputError as error:
            return _tell(_explain(error) if is_out_of_memory(error) else str(error), 2)
        except KeyboardInterrupt as stop:
            return _tell("stopped", 128 + (stop.number if isinstance(stop, Stopped) else signal.SIGINT))
        except BrokenPipeError:
            # Whoever read what we say has gone, as `head` does: nothing more can be said, not even at our end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 128 + 13
        except Exception as error:
            return _tell(_explain(error), 2 if isinstance(error, OSError) or is_out_of_memory(error) else FAULT)


def _run(arguments: list[str] | None) -> int:
    options = parse_arguments(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of files may have letters that a terminal of another alphabet cannot show.
        sys.stdout.reconfigure(errors="backslashreplace")
    code: int | None = options.run(options)
    return code or 0


def _tell(text: str, code: int) -> int:
    print(f"mmm: {text}", file=sys.stderr)
    return code


def _explain(error: Exception) -> str:
    """What stopped a command that nobody foresaw, on one line."""
    if is_out_of_memory(error):
        return "not enough memory: close other programs, or ask for something shorter"
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or describe_exception(error)}"
    if os.environ.get("MMM_TRACEBACK"):
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(last.filename)}:{last.lineno}"
    return f"a fault in MMM ({describe_exception(error)}, {where}); MMM_TRACEBACK=1 tells more, please report it"


@contextlib.contextmanager
def _stopped_by_signals(for_good: bool) -> Iterator[None]:
    """Signals to end become `Stopped`, where the process was not told to ignore them.

    `for_good`: the process ends anyway afterwards, and is left alone at it.
    """
    before: dict[int, object] = {}
    tell_ignored = sys.unraisablehook

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    def ask_again(ignored: sys.UnraisableHookArgs) -> None:
        # Where Python can raise nothing, in a __del__, the wish would be lost and told as a traceback.
        if isinstance(ignored.exc_value, Stopped):
            threading.Timer(0.01, signal.raise_signal, (ignored.exc_value.number,)).start()
        else:
            tell_ignored(ignored)

    sys.unraisablehook = ask_again

    # Python delivers signals to the main thread only.
    if threading.current_thread() is threading.main_thread():
        usual = (signal.SIG_DFL, signal.default_int_handler)
        for number in STOPS:
            if signal.getsignal(number) in usual:
                before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        sys.unraisablehook = tell_ignored
        for caught, handler in before.items():
            signal.signal(caught, signal.SIG_IGN if for_good else handler)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
