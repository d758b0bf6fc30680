"""What the catalogue hands to search."""

from __future__ import annotations

from civium.engines.search.schema import Searchable

from .queries import SEARCHED_AS, catalogue_stamp, find_documents

SEARCHABLE = (Searchable(SEARCHED_AS, find_documents, stamp=catalogue_stamp),)
