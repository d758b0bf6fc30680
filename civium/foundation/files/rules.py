"""What a file is, by its first bytes; what it may be called; how much of it we take. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

MEGABYTE: Final = 1024 * 1024
MOST_BYTES_PER_FILE: Final = 10 * MEGABYTE
MOST_BYTES_PER_REQUEST: Final = 25 * MEGABYTE
MOST_FILES_PER_OWNER: Final = 100
MOST_BYTES_PER_OWNER: Final = 300 * MEGABYTE
LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Kind:
    """A kind of file that may come in."""

    name: str
    media_type: str
    extensions: tuple[str, ...]


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",)),
        Kind("jpg", "image/jpeg", ("jpg", "jpeg", "jpe")),
        Kind("png", "image/png", ("png",)),
        Kind("webp", "image/webp", ("webp",)),
    )
}


def accepted_kinds(accept: Iterable[str]) -> list[Kind]:
    """The kinds that a list of extensions names. Raises ValueError for one that we cannot make safe."""
    return list(dict.fromkeys(_kind_with(name.lower().lstrip(".")) for name in accept))


def _kind_with(extension: str) -> Kind:
    for kind in KINDS.values():
        if extension in kind.extensions:
            return kind
    raise ValueError(f"files of type {extension} are not taken; choose from {', '.join(KINDS)}")


def kind_by_name(name: str) -> Kind | None:
    """The kind that a file's name claims; None when we take no such files."""
    extension = extension_of(name)
    return next((kind for kind in KINDS.values() if extension in kind.extensions), None)


def extension_of(name: str) -> str:
    """What follows the last dot, in small letters; empty when nothing does."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_by_content(data: bytes) -> Kind | None:
    """The kind that a file's first bytes show; None for everything we do not take."""
    if data.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if data.startswith(b"\xff\xd8\xff"):
        return KINDS["jpg"]
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return KINDS["webp"]
    return None


def safe_name(raw: str, *, kind: Kind) -> str:
    """The uploader's name for the file without what could mislead a reader or a computer, at most 200 characters.

    Folders, control characters and those that turn the direction of writing go; the extension stays at the end.
    """
    name = raw.replace("\\", "/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", name)
    name = "".join(" " if character.isspace() else character for character in name)
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    name = " ".join(name.split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or extension.lower() not in kind.extensions:
        stem, extension = name, kind.extensions[0]
    stem = stem.strip(". ")[: LONGEST_NAME - len(extension) - 1]
    return f"{stem or 'file'}.{extension}"


def disposition(name: str) -> str:
    """The Content-Disposition of a download with this name, in both forms of RFC 6266: plain, and with every character."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(
        character if character.isalnum() or character in " ._-()" else "_" for character in plain
    ).strip()
    if not plain.partition(".")[0].strip(" ._-()"):
        plain = f"file.{extension_of(name)}" if extension_of(name) else "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
