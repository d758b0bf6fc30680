"""Fill the floor's full-text search: ``python -m bench.floors.fill_documents COUNT``, with what the database brings itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from bench.documents import documents  # noqa: E402

SQLITE = """
CREATE VIRTUAL TABLE bench_document USING fts5(number UNINDEXED, title, summary, body, tokenize = 'porter unicode61')
"""
POSTGRESQL = """
CREATE TABLE bench_document (number int, title text, summary text, body text, words tsvector GENERATED ALWAYS AS
(setweight(to_tsvector('english', title), 'A') || to_tsvector('english', summary || ' ' || body)) STORED)
"""


def fill(count: int) -> dict[str, int]:
    """So many documents in one table, with the database's own index."""
    is_sqlite = connection.vendor == "sqlite"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQLITE if is_sqlite else POSTGRESQL)
        rows = _rows(count)
        while some := list(islice(rows, 2000)):
            cursor.executemany(
                "INSERT INTO bench_document (number, title, summary, body) VALUES (%s, %s, %s, %s)", some
            )
        if not is_sqlite:
            cursor.execute("CREATE INDEX bench_words ON bench_document USING gin (words)")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_document(bench_document) VALUES ('optimize')"
            if is_sqlite
            else "ANALYZE bench_document"
        )
    return {"documents": count}


def _rows(count: int) -> Iterator[tuple[str, str, str, str]]:
    for document in documents(count):
        yield document.id, document.fields["title"], document.fields["summary"], document.fields["body"]


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]))))
