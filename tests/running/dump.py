"""Search all that a site keeps for what it knows of people: ``python -m tests.running.dump`` prints what lies in the clear, and where.

Run with the site's environment. What is known of people is read through the vault: names, addresses, answers, messages, notices, names and contents of files.
Then every value of every table, and every byte of the data folder, is searched for it, as it was written and as people's words are usually stored.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()

from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: E402
from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: E402
from cryptography.hazmat.primitives.ciphers.modes import CTR  # noqa: E402
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from civium.engines.cases.models import Case  # noqa: E402
from civium.foundation.identity.models import Membership, Person  # noqa: E402
from civium.foundation.kit.field_classes import Class, Kept  # noqa: E402
from civium.foundation.privacy.actions.watch_readings import nobody_reads  # noqa: E402
from civium.foundation.vault.encoding import decode  # noqa: E402
from civium.foundation.vault.envelope import HEADER_BYTES, NONCE_BYTES, SEALED, TAG_BYTES, key_id_of  # noqa: E402
from civium.foundation.vault.field_classes import find_declared  # noqa: E402
from civium.foundation.vault.key_ring import KeyDestroyed, OpenKey, get_key  # noqa: E402

# Shorter than this, letters meet by chance.
SHORTEST = 5
LONG = 8
_WORDS = re.compile(r"\w+")
# Of these a single word tells, too.
CALLED = {"identity.Person.name_sealed", "cases.Case.about_sealed"}


def strings(value: Any) -> Iterator[str]:
    """Every text in a nested value, but for how it is laid out."""
    if isinstance(value, str) and not value.startswith("<"):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from strings(each)


def plain(text: str) -> str:
    """As search words are stored: without case and marks."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


class Told(NamedTuple):
    """What one sealed value tells, and whose it is in the end: ``person:...``, an application of nobody's, or empty for the town's own."""

    column: str
    whose: str
    texts: tuple[str, ...]


def known_of_people() -> Iterator[Told]:
    """Everything that somebody typed, was called, or was told: every sealed column that a room declares, and each of its rows.

    What was erased nobody knows any more.
    """
    for name in sealed_columns():
        for blob in filter(None, column(*name.rsplit(".", 1))):
            with suppress(KeyDestroyed):
                yield told(name, bytes(blob))


def sealed_columns() -> set[str]:
    return {f"{each.model}.{each.field}" for each in find_declared() if each.is_a.kept == Kept.SEALED}


def told(name: str, blob: bytes) -> Told:
    # A detail of the record has the name of its place before it.
    key, value = without_its_place(blob if name.endswith("_sealed") else blob[16:])
    texts = [line.strip() for text in strings(value) for line in text.splitlines()]
    if name in CALLED:
        texts += [word for text in texts for word in _WORDS.findall(text) if len(word) > SHORTEST]
    return Told(name, key.whose, tuple(texts))


def without_its_place(blob: bytes) -> tuple[OpenKey, Any]:
    """What is sealed, by its key alone. Only its seal is bound to a place, and its bytes are not: so no column can be forgotten here."""
    key = get_key(key_id_of(blob, kind=SEALED))
    nonce, hidden = blob[HEADER_BYTES:][:NONCE_BYTES], blob[HEADER_BYTES + NONCE_BYTES : -TAG_BYTES]
    first_block = b"\0\0\0\2"  # NIST SP 800-38D, 7.1: the first counter is the tag's
    plain = Cipher(AES(key.key), CTR(nonce + first_block)).decryptor().update(hidden)
    try:
        return key, decode(plain)
    except ValueError:  # a whole letter
        return key, of_letter(message_from_bytes(plain, policy=SMTP))


def of_letter(letter: Any) -> list[str]:
    assert letter["Subject"], "what is sealed is neither a value nor a letter"
    parts = [part for part in letter.walk() if part.get_content_maintype() == "text"]
    return [
        letter["Subject"],
        *(part.get_content() for part in parts if part.get_content_subtype() == "plain"),
    ]


def public_words() -> str:
    """What anybody may read: the town's offer and its words, public columns, and how staff are called."""
    declared = [each for each in find_declared() if each.is_a.of == Class.PUBLIC]
    found = [plain(str(value)) for each in declared for value in column(each.model, each.field)]
    found += [plain(value) for value in Membership.objects.values_list("shown_as", flat=True)]
    root = Path(settings.BASE_DIR)
    for folder in (settings.CIVIUM_SERVICES, root / "civium", root / "config"):
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in {".yaml", ".html", ".json", ".txt"} and path.is_file():
                found.append(plain(path.read_text("utf-8", "replace")))
    return "\n".join(found)


def column(model: str, field: str) -> list[Any]:
    return list(apps.get_model(model).objects.values_list(field, flat=True))


def forms_of(value: str) -> set[bytes]:
    """How a value may lie there: as typed, without case, without marks, escaped, digits alone, in another encoding."""
    texts = {value, value.casefold(), value.upper(), plain(value), json.dumps(value)[1:-1]}
    digits = re.sub(r"\D", "", value)
    if len(digits) > 6 and len(digits) * 2 > len(value):
        texts.add(digits)
    return {text.encode() for text in texts} | {value.encode("utf-16-le")}


def personal_values() -> dict[str, set[bytes]]:
    """What to look for: each value with its forms, without what is public anyway."""
    return to_look_for(text for each in known_of_people() for text in each.texts)


def to_look_for(texts: Iterable[str]) -> dict[str, set[bytes]]:
    """Those that tell something of somebody, each with its forms."""
    public, addresses = public_words(), set(Person.objects.values_list("email", flat=True))
    # Somebody may name a case by its reference, which stands in the clear.
    references = set(Case.objects.values_list("reference", flat=True))
    return {
        value: forms_of(value)
        for value in sorted(set(texts) - addresses - references)
        if len(value) >= SHORTEST
        and plain(value) not in public
        and not any(plain(value) in address for address in addresses)
        and not re.fullmatch(r"[\d.,:-]{1,10}|[0-9a-f-]{36}", value)
    }


def columns() -> Iterator[tuple[str, bytes]]:
    """Every column of every table with all its values as bytes, one after another: those too that belong to no model."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [each[0] for each in cursor.description]
            for name, values in zip(names, zip(*cursor.fetchall(), strict=True), strict=False):
                yield f"{table}.{name}", b"\0".join(map(as_bytes, values))


def as_bytes(value: Any) -> bytes:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    return b"" if value is None else str(value).encode("utf-8", "surrogatepass")


def find_in_clear() -> list[str]:
    """Where something of somebody lies in the clear."""
    values = personal_values()
    emails = {address.encode() for address in Person.objects.values_list("email", flat=True)}
    sign_in = {
        f"{apps.get_model(each.model)._meta.db_table}.{apps.get_model(each.model)._meta.get_field(each.field).column}"
        for each in find_declared()
        if each.is_a.kept == Kept.SIGN_IN
    }
    found = {
        f"{place}: an address"
        for place, content in columns()
        if place not in sign_in and any(address in content.lower() for address in emails)
    }
    for path in files_in(Path(settings.CIVIUM_DATA)):
        if path.parent.name == "files" and b"%PDF" in path.read_bytes():
            found.add(f"{path.name}: a document")
    # A sign-in address lies in the clear; that of somebody who was erased until PostgreSQL clears its old rows away (decision 0004).
    found |= told_by_postgres({value: forms for value, forms in values.items() if "@" not in value})
    return sorted(found | told_anywhere(values, Path(settings.CIVIUM_DATA)))


def told_anywhere(values: dict[str, set[bytes]], folder: Path) -> set[str]:
    """Where the values lie in the columns and in the folder's files."""
    found = {each for place, content in columns() for each in told_by(place, content, values)}
    return found.union(*(told_by(path.name, path.read_bytes(), values) for path in files_in(folder)))


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def told_by(place: str, content: bytes, values: dict[str, set[bytes]]) -> set[str]:
    return {f"{place}: {value}" for value, forms in values.items() if any(form in content for form in forms)}


def told_by_postgres(values: dict[str, set[bytes]]) -> set[str]:
    """What lies in the files of the server that ``setup.postgres`` started: its tables, its log of changes, and what it notes. In these
    many bytes mean nothing, and short words would be met by chance: they are left to the columns. On another database nothing."""
    if connection.vendor != "postgresql":
        return set()
    folder = Path(connection.settings_dict["HOST"], "data")
    looked_for = {
        form for forms in values.values() for form in forms if len(form) >= LONG and b"\0" not in form
    }
    with NamedTemporaryFile() as words:
        words.write(b"\n".join(looked_for))
        words.flush()
        search = ["grep", "-raoF", "-f", words.name, "."]
        done = subprocess.run(search, cwd=folder, env={**os.environ, "LC_ALL": "C"}, capture_output=True)
    assert done.returncode in (0, 1), done.stderr  # 1: nothing was found
    found = (line.split(b":", 1) for line in done.stdout.splitlines())
    return {f"{Path(os.fsdecode(path)).parts[0]}: {value.decode(errors='replace')}" for path, value in found}


if __name__ == "__main__":
    with nobody_reads():
        told_something = {each.column for each in known_of_people()}
        silent = sorted(sealed_columns() - told_something)
        json.dump(
            {"looked_for": len(personal_values()), "silent": silent, "found": find_in_clear()}, sys.stdout
        )
