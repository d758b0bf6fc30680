"""The web server: loads the application once; granian's processes begin as copies of this one, and share what is loaded.

``python -m config.web`` takes granian's own words, the application first.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import django.core.signals
from granian.cli import entrypoint

from config.terminal import Trouble, tell


def main() -> int:
    """Serve until told to stop."""
    # Elsewhere it is not safe to copy a process that has loaded so much: there each loads the application itself.
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
        gc.disable()  # nothing that is loaded is garbage, and looking took a tenth of the start
        try:
            with _without_test_tools():
                import_module(sys.argv[1].partition(":")[0])
        except Trouble as trouble:
            tell(trouble)
            return 1
        gc.enable()
    entrypoint()
    return 0


@contextmanager
def _without_test_tools() -> Iterator[None]:
    """Load no test client, ``unittest`` and HTML parser: 3 MB of every process, because django-ninja asks for one signal there.

    The signal comes from ``django.core.signals``, where ``django.test.signals`` has it from.
    """
    sys.modules["django.test.signals"] = django.core.signals
    try:
        yield
    finally:
        del sys.modules["django.test.signals"]


if __name__ == "__main__":
    sys.exit(main())
