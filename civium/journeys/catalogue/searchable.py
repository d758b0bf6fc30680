"""What the catalogue hands to search."""

from __future__ import annotations

from civium.engines.search.schema import Searchable

from .queries import find_documents

SEARCHABLE = (Searchable("services", find_documents),)
