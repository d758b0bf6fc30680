"""The index in tables: it answers as the one in memory does, changes as documents change, and can be made anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from civium.engines.search import queries
from civium.engines.search.actions.put_documents import put_documents, remove_documents
from civium.engines.search.actions.rebuild_index import rebuild_index
from civium.engines.search.models import Edition, StoredDocument, StoredMembers, StoredPiece, StoredTerm
from civium.engines.search.packing import HEAVIEST_KEPT
from civium.engines.search.rules import Index
from civium.engines.search.schema import Document, Found, Searchable

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

REPORTS = [
    Document(
        "1", "en", {"title": "Street light out", "summary": "The lamp on Quay Street is dark"}, "/reports/1/"
    ),
    Document("2", "en", {"title": "Pothole", "summary": "A deep hole in Mill Street"}, "/reports/2/"),
    Document(
        "3",
        "en",
        {"title": "Fallen tree", "keywords": "branch storm", "body": "It lies on the street"},
        "/reports/3/",
    ),
    Document("3", "es", {"title": "Árbol caído", "summary": "Está en la calle"}, "/reports/3/"),
    Document("4", "es", {"title": "Ruido de noche", "summary": "Música en la plaza"}, "/reports/4/"),
]


@pytest.fixture(autouse=True)
def only_reports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No other room has anything to say here, and nothing is remembered from another test."""
    declared = (Searchable("reports", lambda: REPORTS, stored=True),)
    monkeypatch.setattr(queries, "find_searchables", lambda: declared)
    yield
    queries.look_again()


def ask(query: str, language: str = "en", **named: object) -> Found:
    queries.look_again()
    return queries.search(query, language=language, **named)  # type: ignore[arg-type]


def ids(found: Found) -> list[str]:
    return [hit.id for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("street", "en"),
        ("street light", "en"),
        ("lamps", "en"),
        ("potole", "en"),
        ("tre", "en"),
        ("storm branches", "en"),
        ("arbol", "es"),
        ("RUIDO", "es"),
        ("musica noche", "es"),
        ("tree", "es"),
        ("zzqx", "en"),
        ("", "en"),
    ],
)
def test_tables_answer_as_memory_does(query: str, language: str) -> None:
    put_documents(REPORTS, source="reports", at=NOW)
    index = Index()
    for document in REPORTS:
        index.add(document, source="reports")
    stored, in_memory = ask(query, language), index.find(query, language)
    assert ids(stored) == ids(in_memory)
    assert stored.did_you_mean == in_memory.did_you_mean
    assert [round(hit.score, 6) for hit in stored.hits] == [round(hit.score, 6) for hit in in_memory.hits]


def test_a_hit_has_what_a_page_shows() -> None:
    put_documents(REPORTS, source="reports", at=NOW)
    hit = ask("light").hits[0]
    assert (hit.source, hit.id, hit.title, hit.address) == ("reports", "1", "Street light out", "/reports/1/")
    assert hit.because[0].word == "light"


def test_what_is_put_again_is_found_by_its_new_words_only() -> None:
    put_documents(REPORTS, source="reports", at=NOW)
    put_documents([Document("1", "en", {"title": "Lamp repaired"})], source="reports", at=NOW)
    assert ids(ask("repaired")) == ["1"]
    assert "1" not in ids(ask("street"))
    assert StoredDocument.objects.filter(key="1").count() == 1


def test_what_is_taken_out_is_found_no_more_in_any_language() -> None:
    put_documents(REPORTS, source="reports", at=NOW)
    remove_documents(["3", "never there"], source="reports", at=NOW)
    assert ids(ask("tree")) == []
    assert ids(ask("árbol", "es")) == []
    assert not StoredTerm.objects.filter(stem="tree").exists()


def test_the_same_id_of_another_room_is_another_thing() -> None:
    put_documents(REPORTS, source="reports", at=NOW)
    put_documents([Document("1", "en", {"title": "Street party"})], source="events", at=NOW)
    remove_documents(["1"], source="events", at=NOW)
    assert "1" in ids(ask("street"))


def test_sources_can_be_chosen() -> None:
    put_documents(REPORTS, source="reports", at=NOW)
    put_documents([Document("9", "en", {"title": "Street party"})], source="events", at=NOW)
    assert "9" in ids(ask("street"))
    assert "9" not in ids(ask("street", sources=("reports",)))


def many(count: int) -> list[Document]:
    """Documents that all say "bench", of which every tenth says "harbour" and each hundredth has both in its title."""
    return [
        Document(
            str(number),
            "en",
            {
                "title": "Harbour bench" if number % 100 == 99 else f"Report {number}",
                "body": "bench" + (" harbour" if number % 10 == 9 else ""),
            },
        )
        for number in range(count)
    ]


def test_a_word_that_everybody_has_lists_only_the_heaviest() -> None:
    put_documents(many(HEAVIEST_KEPT + 200), source="reports", at=NOW)
    term = StoredTerm.objects.get(stem="bench")
    assert term.documents == HEAVIEST_KEPT + 200
    assert len(term.weights) == HEAVIEST_KEPT
    assert StoredMembers.objects.filter(term=term).exists()
    assert all(int(found) % 100 == 99 for found in ids(ask("bench"))[:10])


def test_words_that_are_not_listed_are_found_together_with_others() -> None:
    documents = many(3 * HEAVIEST_KEPT)
    documents.append(Document("last", "en", {"title": "Zebra", "body": "bench " + "word " * 5}))
    put_documents(documents, source="reports", at=NOW)
    found = ask("bench zebra")
    assert ids(found)[0] == "last"
    assert {reason.word for reason in found.hits[0].because} >= {"zebra"}
    together = ask("harbour bench", limit=25)
    assert all(int(each) % 100 == 99 for each in ids(together)[:25])


def test_a_common_word_may_become_rare_again() -> None:
    put_documents(many(HEAVIEST_KEPT + 50), source="reports", at=NOW)
    remove_documents([str(number) for number in range(HEAVIEST_KEPT)], source="reports", at=NOW)
    assert StoredTerm.objects.get(stem="bench").documents == 50
    put_documents([Document("new", "en", {"title": "Bench"})], source="reports", at=NOW)
    assert ids(ask("bench"))[0] == "new"


def test_a_new_edition_answers_as_the_old_one_did(django_assert_max_num_queries: object) -> None:
    put_documents(REPORTS, source="reports", at=NOW)
    before = {query: ids(ask(query)) for query in ("street", "tree", "potole", "street light")}
    assert rebuild_index(queries.find_searchables(), at=NOW, wait=0) == len(REPORTS)
    assert {query: ids(ask(query)) for query in before} == before
    assert Edition.objects.count() == 1
    assert StoredDocument.objects.count() == len(REPORTS)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        queries.search("street", language="en")


def test_what_changes_while_an_edition_is_made_is_not_lost() -> None:
    put_documents(REPORTS, source="reports", at=NOW)

    def documents() -> Iterator[Document]:
        yield from REPORTS
        put_documents([Document("5", "en", {"title": "Graffiti"})], source="reports", at=NOW)
        remove_documents(["2"], source="reports", at=NOW)

    rebuild_index([Searchable("reports", documents, stored=True)], at=NOW, wait=0)
    assert ids(ask("graffiti")) == ["5"]
    assert ids(ask("pothole")) == []


def test_an_edition_that_was_never_finished_is_thrown_away() -> None:
    unfinished = Edition.objects.create(begun_at=NOW)
    StoredPiece.objects.create(edition=unfinished, language="en", piece="_do", words="dog")
    rebuild_index(queries.find_searchables(), at=NOW, wait=0)
    assert not Edition.objects.filter(pk=unfinished.pk).exists()
    assert not StoredPiece.objects.filter(edition=unfinished.pk).exists()


def test_editions_are_built_with_common_words_too() -> None:
    documents = many(HEAVIEST_KEPT + 300)
    rebuild_index([Searchable("reports", lambda: documents, stored=True)], at=NOW, wait=0)
    built = {
        row.stem: (row.documents, bytes(row.numbers), bytes(row.weights)) for row in StoredTerm.objects.all()
    }
    blocks = {
        (row.term.stem, row.block): bytes(row.packed) for row in StoredMembers.objects.select_related("term")
    }
    StoredTerm.objects.all().delete()
    StoredMembers.objects.all().delete()
    StoredDocument.objects.all().delete()
    Edition.objects.all().delete()
    put_documents(sorted(documents, key=lambda each: int(each.id)), source="reports", at=NOW)
    assert {row.stem: row.documents for row in StoredTerm.objects.all()} == {
        stem: count for stem, (count, _numbers, _weights) in built.items()
    }
    assert {stem for stem, _block in blocks} == {
        row.term.stem for row in StoredMembers.objects.select_related("term")
    }
