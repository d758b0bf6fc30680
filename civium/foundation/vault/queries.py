"""What can be asked about keys and fields: is everything in place, where is the town's seal, what does each field hold."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from .adapters.root_key import RootKeyMissing
from .envelope import SealBroken
from .field_classes import Declared, find_declared
from .key_ring import open_purpose_key, the_root_key
from .models import IndexRenewal, PurposeKey

__all__ = [
    "Declared",
    "SealMissing",
    "TownSeal",
    "find_declared",
    "find_key_problems",
    "find_token_keys",
    "get_seal",
    "read_secret",
    "seal_paths",
    "token_key_path",
]


class SealMissing(Exception):
    """There is no seal to put on documents; the message says where it should be and what to do."""


class TownSeal(NamedTuple):
    """The town's signing key and its certificates (its own first, then those that vouch for it), as files in PEM."""

    key: Path
    certificate: Path


def seal_paths() -> TownSeal:
    """Where the seal's key and certificate are, or should be."""
    return TownSeal(Path(settings.CIVIUM_KEYS) / "seal.key", Path(settings.CIVIUM_KEYS) / "seal.crt")


def get_seal() -> TownSeal:
    """The town's seal. Raises SealMissing with what to do when there is none."""
    seal = seal_paths()
    absent = [str(path) for path in seal if not path.is_file()]
    if absent:
        raise SealMissing(
            f"Documents cannot be sealed: there is no {' and no '.join(absent)}. Put the town's signing key and certificate there "
            "(PEM, the certificate file with the ones that vouch for it below). `civium keys make` makes ones for a start."
        )
    return seal


def token_key_path(name: str) -> Path:
    """Where a key that signs identity tokens is, or should be."""
    return Path(settings.CIVIUM_KEYS) / f"{name}.pem"


def find_token_keys(name: str) -> list[str]:
    """The keys of that name, as PEM: the one that signs, then those of earlier times (``name.old*.pem``) that still vouch."""
    present, folder = token_key_path(name), Path(settings.CIVIUM_KEYS)
    return [
        path.read_text(encoding="ascii")
        for path in (present, *sorted(folder.glob(f"{name}.old*.pem")))
        if path.is_file()
    ]


def read_secret(name: str) -> str:
    """The words in a file of the key folder. Raises OSError when there is none."""
    return (Path(settings.CIVIUM_KEYS) / name).read_text(encoding="utf-8").strip()


def lacks_keys() -> bool:
    """Whether rows were given indexes under a key that is not here: the keys are older than the data."""
    return IndexRenewal.objects.exclude(purpose_key__in=PurposeKey.objects.values("pk")).exists()


def find_key_problems() -> list[str]:
    """What is wrong with the keys of this installation, each with what to do; empty when all is well."""
    problems = []
    try:
        the_root_key()
        for purpose_key in PurposeKey.objects.all():
            open_purpose_key(purpose_key)
    except (RootKeyMissing, SealBroken) as problem:
        problems.append(str(problem))
    try:
        get_seal()
    except SealMissing as problem:
        problems.append(str(problem))
    return problems
