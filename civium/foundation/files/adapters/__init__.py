"""Virus scanners. Each adapter is a module with ``scan(data) -> Verdict`` that raises ScannerDown when it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SCANNERS: Final = ("clamav", "demo")


class ScannerDown(Exception):
    """The scanner did not give an answer; ask again later."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner found; empty when it found nothing."""

    found: str = ""

    @property
    def is_infected(self) -> bool:
        return bool(self.found)


def the_scanner() -> Callable[[bytes], Verdict]:
    """The scanner that this site uses, by ``CIVIUM_ANTIVIRUS``."""
    name = settings.CIVIUM_ANTIVIRUS
    if name not in SCANNERS:
        raise ImproperlyConfigured(f"CIVIUM_ANTIVIRUS is {name!r}; it must be one of {', '.join(SCANNERS)}.")
    scan: Callable[[bytes], Verdict] = import_module(f"{__name__}.{name}").scan
    return scan
