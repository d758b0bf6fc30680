"""What a column of a table may hold, and so how it is kept. Every room says it for its own tables in ``columns.py``.

There are four classes. PUBLIC: anybody may read it. INTERNAL: codes, amounts, moments and opaque ids that tell nothing of
anybody by themselves. PERSONAL: about somebody. SPECIAL: may tell of health, belief, need or a crime, as free text and answers
may (GDPR, articles 9 and 10). The last two are never kept in the clear: how they are kept is declared with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Class(StrEnum):
    """Whom a value concerns."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SPECIAL = "special"


class Kept(StrEnum):
    """How a value lies in the database."""

    CLEAR = "in the clear"
    SEALED = "sealed, in a column called ..._sealed"
    INDEX = "as a blind index, in a column called ..._index"
    SEALED_TEXT = "sealed, as text in a column of a library"
    DIGEST = "as a digest that cannot be turned back"
    SIGN_IN = "in the clear: the address that people sign in with"


class FieldClass(NamedTuple):
    """What a field is, and how it is kept."""

    of: Class
    kept: Kept


PUBLIC: Final = FieldClass(Class.PUBLIC, Kept.CLEAR)
INTERNAL: Final = FieldClass(Class.INTERNAL, Kept.CLEAR)
# A BinaryField whose name ends in _sealed (vault.actions.sealing), or a field that ends in _index (vault.actions.indexing).
PERSONAL: Final = FieldClass(Class.PERSONAL, Kept.SEALED)
SPECIAL: Final = FieldClass(Class.SPECIAL, Kept.SEALED)
PERSONAL_INDEX: Final = FieldClass(Class.PERSONAL, Kept.INDEX)
# Columns of libraries that our adapters seal on the way in, and digests of passwords and tokens.
PERSONAL_TEXT: Final = FieldClass(Class.PERSONAL, Kept.SEALED_TEXT)
PERSONAL_DIGEST: Final = FieldClass(Class.PERSONAL, Kept.DIGEST)
# The one exception: the account library looks people up by it. Erasing somebody deletes it.
SIGN_IN_ADDRESS: Final = FieldClass(Class.PERSONAL, Kept.SIGN_IN)

# "app.Model" -> class -> the names of the fields, parted by spaces.
Columns = Mapping[str, Mapping[FieldClass, str]]
