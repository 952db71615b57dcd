"""Mouse and keyboard for a Blender started with --enable-event-simulate, and eyes for its buttons.

Runs inside Blender. A button is found as an artist finds it: the mouse goes down the sidebar and Blender says
what lies under it.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import bpy


class Hands:
    """Works in the first window, or in another. Steps are generators: they yield the seconds to wait."""

    def __init__(self, shared: Path, window: int = 0) -> None:
        self.shared = shared
        self._window = window
        self.clicks = 0  # of the left button, as an artist would count them
        self._place = (0, 0)  # of the mouse
        self._found: dict[tuple[str, ...], tuple[int, int]] = {}  # where buttons were when they were last looked for

    @property
    def window(self) -> Any:
        return bpy.context.window_manager.windows[self._window]

    @property
    def area(self) -> Any:
        return self.area_of("VIEW_3D")

    def area_of(self, editor: str) -> Any:
        """The largest area that shows ``editor``."""
        return max((a for a in self.window.screen.areas if a.type == editor), key=lambda a: a.width * a.height)

    def region(self, kind: str, editor: str = "VIEW_3D") -> Any:
        return next(region for region in self.area_of(editor).regions if region.type == kind)

    def context(self, kind: str = "WINDOW", editor: str = "VIEW_3D") -> Any:
        area = self.area_of(editor)
        return bpy.context.temp_override(window=self.window, area=area, region=self.region(kind, editor))

    def move(self, x: int, y: int) -> None:
        self._place = (int(x), int(y))
        self._send("MOUSEMOVE", "NOTHING")

    def press(self, key: str, **modifiers: bool) -> None:
        """Press and release a key, or turn the wheel, where the mouse is."""
        for value in ("PRESS", "RELEASE"):
            self._send(key, value, **modifiers)

    def _send(self, kind: str, value: str, **more: Any) -> None:
        # without a place, Blender takes the window's corner, and what lies there gets the event
        self.window.event_simulate(type=kind, value=value, x=self._place[0], y=self._place[1], **more)

    def click(self, x: int, y: int) -> Any:
        self.clicks += 1
        self.move(x, y)
        yield 0.15
        self._send("LEFTMOUSE", "PRESS")
        yield 0.1
        self._send("LEFTMOUSE", "RELEASE")
        yield 0.2

    def open_tab(self, name: str) -> Any:
        """Click a tab of the sidebar. Where it is Blender does not say: it is looked for before, and counted once."""
        region, clicks = self.region("UI"), self.clicks
        first = region.active_panel_category
        x = region.x + region.width - 8
        for y in range(region.y + region.height - 20, region.y + 10, -20):
            yield from self.click(x, y)
            if self.region("UI").active_panel_category == name:
                break
        else:
            raise AssertionError(f"no tab {name} in sight")
        self.region("UI").active_panel_category = first
        self.clicks = clicks
        yield 0.5
        yield from self.click(x, y)
        yield 0.3
        assert self.region("UI").active_panel_category == name

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> Any:
        """Press at one place, let go at another."""
        self.clicks += 1
        self.move(*start)
        yield 0.15
        self._send("LEFTMOUSE", "PRESS")
        for step in range(1, 9):
            self.move(*(round(a + (b - a) * step / 8) for a, b in zip(start, end, strict=True)))
            yield 0.05
        self._send("LEFTMOUSE", "RELEASE")
        yield 0.3

    def frame_at(self, frame: float, editor: str = "DOPESHEET_EDITOR") -> tuple[int, int]:
        """Where a frame lies on the scale along the top of an editor of time."""
        region = self.region("WINDOW", editor)
        x, _ = region.view2d.view_to_region(frame, 0.0, clip=False)
        return region.x + x, region.y + region.height - 10

    def go_to(self, frame: int, editor: str = "DOPESHEET_EDITOR") -> Any:
        """Put the playhead on a frame by a click on the scale."""
        yield from self.click(*self.frame_at(frame, editor))
        assert bpy.context.scene.frame_current == frame, f"the playhead is on {bpy.context.scene.frame_current}"

    def type(self, text: str) -> Any:
        for letter in text:
            key = letter.upper() if letter.isalpha() else "SPACE" if letter == " " else "ZERO"
            self._send(key, "PRESS", unicode=letter)
            self._send(key, "RELEASE")
            yield 0.02

    def find(self, wanted: str, kind: str = "UI", editor: str = "VIEW_3D", across: float = 0.4) -> Any:
        """Go over a region, down a sidebar or along a header, until the button of ``wanted`` is found.

        ``wanted`` is part of what Blender calls it: ``mmm.generate`` or ``mmm.prompt``. Returns its place (x, y).
        ``across``: where in the width of the sidebar to go down. Raises AssertionError when it is nowhere.
        """
        region = self.region(kind, editor)
        if kind == "HEADER":
            places = [(x, region.y + region.height // 2) for x in range(region.x + 8, region.x + region.width, 9)]
        else:
            x = region.x + int(region.width * across)
            places = [(x, y) for y in range(region.y + region.height - 8, region.y + 4, -9)]
        last = self._found.get((wanted, kind, editor))
        if last is not None:
            self.move(*last)
            yield 0.3
            if wanted in self._under_mouse(kind, editor):
                return last
        for number, place in enumerate(places):
            self.move(*place)
            yield 0.02
            if wanted not in self._under_mouse(kind, editor):
                continue
            # A Blender that is behind speaks of where the mouse was: go back, slowly, to where that is.
            for x, y in reversed(places[max(0, number - 8) : number + 1]):
                self.move(x, y)
                yield 0.3
                if wanted in self._under_mouse(kind, editor):
                    self._found[wanted, kind, editor] = x, y
                    return x, y
        raise AssertionError(f"no button for {wanted} in sight")

    def push(self, wanted: str, kind: str = "UI", editor: str = "VIEW_3D", across: float = 0.4) -> Any:
        """Find a button and click it."""
        x, y = yield from self.find(wanted, kind, editor, across)
        yield from self.click(x, y)

    def scroll(self, clicks: int) -> Any:
        """Turn the wheel over the sidebar, down for positive ``clicks``."""
        region = self.region("UI")
        self.move(region.x + region.width // 2, region.y + region.height // 2)
        yield 0.1
        for _ in range(abs(clicks)):
            self.press("WHEELDOWNMOUSE" if clicks > 0 else "WHEELUPMOUSE")
            yield 0.02
        yield 0.3

    def push_anywhere(self, wanted: str, across: float = 0.4) -> Any:
        """Find a button of the sidebar that may be out of sight, then from the top on, and click it."""
        for turns in (-60, *5 * [12], 0):
            try:
                yield from self.push(wanted, across=across)
                return
            except AssertionError:
                yield from self.scroll(turns)
        raise AssertionError(f"no button for {wanted} down to the end of the sidebar")

    def _under_mouse(self, kind: str, editor: str) -> str:
        manager = bpy.context.window_manager
        manager.clipboard = ""
        with self.context(kind, editor):
            for copy in (bpy.ops.ui.copy_python_command_button, bpy.ops.ui.copy_data_path_button):
                if copy.poll():
                    copy(**({"full_path": True} if copy is bpy.ops.ui.copy_data_path_button else {}))
                    if manager.clipboard:
                        return str(manager.clipboard)
        return ""

    def step_aside(self) -> Any:
        """Take the mouse to where no tooltip comes up, and have smooth edges.

        For pictures only: without a graphics card smooth edges cost most of the time.
        """
        bpy.context.preferences.system.viewport_aa = "8"
        region = self.region("WINDOW")
        self.move(region.x + 80, region.y + 60)
        yield 0.6

    def picture(self, name: str, aside: bool = True) -> Any:
        """Have the screen saved as window-<name>.png; first the mouse moves aside, so that no tooltip is in the way."""
        if aside:
            yield from self.step_aside()
        wanted = self.shared / f"window-{name}.wanted"
        wanted.touch()
        end = time.monotonic() + 30
        while wanted.exists():
            assert time.monotonic() < end, "nobody takes the picture"
            yield 0.02
        bpy.context.preferences.system.viewport_aa = "OFF"


def perform(steps: Any, finished: Any) -> None:
    """Run the generator ``steps`` from a timer, then call ``finished`` with the error or None."""

    def beat() -> float | None:
        try:
            return float(next(steps))
        except StopIteration:
            finished(None)
        except Exception as error:
            finished(error)
        return None

    bpy.app.timers.register(beat, first_interval=1.0, persistent=True)
