"""PyTorch's rules for tensors without values, left for later: half a second of a cold start.

The rules say what shape each of a thousand operations gives on the `meta` device. torch reads them whenever it is
imported, together with its Python versions of those operations; nothing here uses them to make a motion. Not for a
process that is not ours: who imports the engine may want the meta device.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

NAME = "torch._meta_registrations"
# Which versions import them as their last step and for nothing else: the one that the extension installs.
KNOWN = ("2.13.",)


@contextmanager
def quick_imports() -> Iterator[None]:
    """Imports inside leave torch's rules for later, if it is a version that lets them, and collect no garbage.

    Imports make a million objects that stay: looking through them again and again takes a tenth of the time, and they
    are not looked at afterwards either.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with _deferred_rules():
            yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def read_meta_rules() -> None:
    """Whoever is about to use the meta device asks for what was left for later."""
    importlib.import_module(NAME)


@contextmanager
def _deferred_rules() -> Iterator[None]:
    if "torch" in sys.modules or not _is_known():
        yield
        return
    stand_in = sys.modules[NAME] = ModuleType(NAME)
    try:
        yield
    finally:
        del sys.modules[NAME]
        torch = sys.modules.get("torch")
        if torch is not None and vars(torch).pop("_meta_registrations", None) is stand_in:
            sys.meta_path.insert(0, RulesFirst())


class RulesFirst(MetaPathFinder, Loader):
    """Whoever imports more of torch gets the rules first: its modules import each other and only work in that order."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if not name.startswith("torch."):
            return None
        sys.meta_path.remove(self)
        if name == NAME:
            return None
        read_meta_rules()
        module = sys.modules.get(name)
        if module is None:
            return None
        # It came along with the rules; as long as it has a spec of its own, Python would run it a second time.
        self._own, module.__spec__ = module.__spec__, None
        return spec_from_loader(name, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return sys.modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own


def _is_known() -> bool:
    # torch imports it in any case; a worker's first answer need not.
    import importlib.metadata

    try:
        return importlib.metadata.version("torch").startswith(KNOWN)
    except importlib.metadata.PackageNotFoundError:
        return False
