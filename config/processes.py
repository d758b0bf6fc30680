"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent(sign: int = signal.SIGTERM) -> Callable[[], None]:
    """A ``preexec_fn``: Linux sends ``sign`` to the child when its parent dies, however it dies. Elsewhere: nothing."""
    parent = os.getpid()
    ask = _ask_for_signal(sign)

    def in_the_child() -> None:
        ask()
        if os.getppid() != parent:  # it died in between
            os.kill(os.getpid(), sign)

    return in_the_child


def die_with_my_parent(sign: int = signal.SIGTERM) -> None:
    """The same for this very process, and for whatever it becomes."""
    _ask_for_signal(sign)()


def _ask_for_signal(sign: int) -> Callable[[], None]:
    if not sys.platform.startswith("linux"):
        return lambda: None
    # Loaded before any fork: between fork and exec as little as possible should happen.
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0)

    return ask
