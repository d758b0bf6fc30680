"""What the person at the terminal reads: one line per step with its time, and plain trouble."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn


class Trouble(Exception):
    """Something on this machine is in the way: ``what`` it is, and ``to_do`` about it, a line each."""

    def __init__(self, what: str, *to_do: str) -> None:
        super().__init__(what)
        self.what = what
        self.to_do: Sequence[str] = to_do


def say(line: str = "") -> None:
    """Print a line at once, even into a pipe."""
    print(line, flush=True)


def tell(trouble: Trouble) -> None:
    """Print what is wrong and what to do about it."""
    print(f"\n  {trouble.what}\n", file=sys.stderr)
    if trouble.to_do:
        print("  What to do:", file=sys.stderr)
        for line in trouble.to_do:
            print(f"    {line}", file=sys.stderr)
        print(file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    print(f"  {name:<44}", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print(" stopped", flush=True)
        raise
    print(f" {time.monotonic() - begun:6.1f} s", flush=True)


class Parser(argparse.ArgumentParser):
    """Says what to type instead of a word that is not understood, and all the words where one is missing."""

    def error(self, message: str) -> NoReturn:
        """End with 2, having said what to type."""
        wrong = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message)
        if wrong:
            words = re.findall(r"'([^']*)'", wrong[2])
            near = difflib.get_close_matches(wrong[1], words, n=1)
            meant = f"Did you mean  {self.prog} {near[0]}?" if near else f"Write one of: {', '.join(words)}"
            self.exit(
                2, f"\n  {self.prog} knows no '{wrong[1]}'. {meant}\n  All of them:  {self.prog} --help\n\n"
            )
        self.exit(2, f"\n{self.format_help()}\n{self.prog}: {message}\n")
