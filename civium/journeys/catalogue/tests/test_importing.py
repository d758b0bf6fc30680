"""Loading a list of services: all of it or nothing, the same twice, and whatever is in the file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from civium.foundation.journal.queries import find_entries
from civium.journeys.catalogue.actions.import_list import CannotImport, WouldRemoveMany, import_list
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.events import ListImported
from civium.journeys.catalogue.list_changes import compare_list
from civium.journeys.catalogue.list_pages import page_name, shorten
from civium.journeys.catalogue.models import PublishedVersion
from civium.journeys.catalogue.queries import InformationPage, find_listed, find_offers, get_listed

from .folders import copy_of
from .pages import CAT, COLUMNS, MAPPING, ROOF, load, many, write_list

pytestmark = pytest.mark.django_db


def words_after(tmp_path: Path, content: str | bytes, mapping: str = MAPPING) -> list[tuple[int, str]]:
    """The lines and words of what is wrong with a file."""
    path = tmp_path / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
    change = compare_list(path, tmp_path / "map.yaml")
    return [(problem.line, problem.words) for problem in change.problems]


HEADER = ",".join(COLUMNS)
GOOD = "1,Cat register,About cats.,Cats,A,,https://cats.example.org/"


# --- what it becomes -------------------------------------------------------------------------------------------------


def test_each_row_becomes_a_page(tmp_path: Path, now: dt.datetime) -> None:
    change = load(*write_list(tmp_path, CAT, ROOF), at=now)
    assert [page.name for page in change.added] == ["demo-1", "demo-2"]
    page = get_listed("demo-1")
    assert isinstance(page, InformationPage)
    words = page.words("en")
    assert (words.title, words.agency, words.need) == ("Cat register", "Cats’ Office", ("A cat", "A form"))
    assert page.document.topics == ("animals",)
    assert page.document.agency == "cats-office"


def test_cells_that_mean_nothing_leave_their_words_away(tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, ROOF), at=now)
    words = get_listed("demo-2").words("en")
    assert isinstance(words.need, tuple)
    assert words.need == ()


def test_every_address_in_a_cell_is_a_link_and_the_rest_is_said(tmp_path: Path, now: dt.datetime) -> None:
    odd = (*ROOF[:6], "javascript:alert(1) http://[broken ftp://old.example.org www.roofs.example.org")
    change = load(*write_list(tmp_path, odd), at=now)
    page = get_listed("demo-2")
    assert isinstance(page, InformationPage)
    assert [link.to for link in page.words("en").links] == ["https://www.roofs.example.org"]
    assert [problem.is_warning for problem in change.problems] == [True] * 3


def test_a_page_is_no_service_to_apply_for(tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, CAT), at=now)
    assert find_offers() == []
    assert [listing.name for listing in find_listed(topic="animals")] == ["demo-1"]


def test_an_import_is_on_the_record_once(tmp_path: Path, now: dt.datetime) -> None:
    files = write_list(tmp_path, CAT, ROOF)
    change = load(*files, at=now)
    load(*files, at=now)
    [entry] = find_entries(["list:demo"])
    assert entry.event == ListImported("demo", change.digest, 2, 0, 0)


# --- importing again -------------------------------------------------------------------------------------------------


def test_importing_the_same_list_again_changes_nothing(tmp_path: Path, now: dt.datetime) -> None:
    files = write_list(tmp_path, CAT, ROOF)
    load(*files, at=now)
    again = load(*files, at=now)
    assert (again.added, again.changed, again.removed, len(again.same)) == ([], [], [], 2)
    assert PublishedVersion.objects.count() == 2


def test_what_is_new_different_or_gone_is_told_apart(tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, CAT, ROOF), at=now)
    renamed = (CAT[0], "Register of cats", *CAT[2:])
    dog = ("3", "Dog walk", "", "Dogs", "A", "", "")
    change = load(*write_list(tmp_path, renamed, dog), at=now)
    assert [page.name for page in change.added] == ["demo-3"]
    assert [page.name for page in change.changed] == ["demo-1"]
    assert change.removed == ["demo-2"]
    assert get_listed("demo-1").version == 2
    assert get_listed("demo-2").is_withdrawn
    assert [listing.name for listing in find_listed()] == ["demo-1", "demo-3"]


def test_what_was_gone_comes_back_in_its_old_version(tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, CAT, ROOF), at=now)
    load(*write_list(tmp_path, CAT), at=now)
    change = load(*write_list(tmp_path, CAT, ROOF), at=now)
    assert [page.name for page in change.added] == ["demo-2"]
    assert (get_listed("demo-2").version, get_listed("demo-2").is_withdrawn) == (1, False)


def test_a_list_that_lost_most_of_its_rows_is_refused_unless_it_is_meant(
    tmp_path: Path, now: dt.datetime
) -> None:
    load(*write_list(tmp_path, *many(30)), at=now)
    change = compare_list(*write_list(tmp_path, *many(5)))
    with pytest.raises(WouldRemoveMany):
        import_list(change, by=None, at=now)
    assert len(find_listed()) == 30
    import_list(change, by=None, at=now, may_remove_many=True)
    assert len(find_listed()) == 5


def test_two_lists_do_not_touch_each_other(tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, CAT), at=now)
    load(*write_list(tmp_path, ROOF, mapping=MAPPING.replace("list: demo", "list: demo-old")), at=now)
    change = load(*write_list(tmp_path, CAT), at=now)
    assert change.removed == []
    assert {listing.name for listing in find_listed()} == {"demo-1", "demo-old-2"}


def test_a_name_that_something_else_has_is_not_taken(tmp_path: Path, now: dt.datetime) -> None:
    publish_folder(copy_of("dog-licence", tmp_path), by=None, at=now)
    mapping = MAPPING.replace("list: demo", "list: dog")
    change = compare_list(*write_list(tmp_path, ("licence", *CAT[1:]), mapping=mapping))
    [problem] = change.errors
    assert "the name 'dog-licence' is taken" in problem.words
    with pytest.raises(CannotImport):
        import_list(change, by=None, at=now)


def test_nothing_is_done_when_one_row_is_wrong(tmp_path: Path, now: dt.datetime) -> None:
    change = compare_list(*write_list(tmp_path, CAT, ("", *ROOF[1:])))
    assert [problem.line for problem in change.errors] == [4]
    with pytest.raises(CannotImport):
        import_list(change, by=None, at=now)
    assert find_listed() == []


def test_only_the_newest_of_several_rows_counts(tmp_path: Path, now: dt.datetime) -> None:
    mapping = MAPPING + "newest: topic\n"
    mapping = mapping.replace("topics: {column: topic, values: {A: animals, H: [home, support]}}\n", "")
    rows = [(*CAT[:4], year, "", "") for year in ("2009-10", "2010-11", "2010-11")]
    change = compare_list(*write_list(tmp_path, rows[0], rows[1], mapping=mapping))
    assert (len(change.added), change.older, change.errors) == (1, 1, [])
    change = compare_list(*write_list(tmp_path, *rows, mapping=mapping))
    assert "line 3 has the same key '1'" in change.errors[0].words


# --- hostile files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_says_how_it_is_written_needs_no_telling(tmp_path: Path, encoding: str) -> None:
    assert words_after(tmp_path, f"{HEADER}\n1,Café,,Ñ,A,,\n".encode(encoding)) == []


def test_another_encoding_is_said_with_its_line_and_can_be_told(tmp_path: Path) -> None:
    content = f"{HEADER}\n{GOOD}\n2,Café,,Cats,A,,\n".encode("windows-1252")
    [(line, words)] = words_after(tmp_path, content)
    assert line == 3
    assert "'encoding: windows-1252'" in words
    assert words_after(tmp_path, content, MAPPING + "file: {encoding: windows-1252}\n") == []


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_what_stands_between_cells_is_found_out(tmp_path: Path, delimiter: str) -> None:
    content = f"{HEADER}\n{GOOD}\n".replace(",", delimiter)
    assert words_after(tmp_path, content) == []


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "there is no header"),
        ("\n\n", 1, "there is no header"),
        (f"{HEADER}\n", 1, "there is no row under the header"),
        (f"{HEADER}\n{GOOD}\n1,2,3\n", 3, "this row has 3 cells, the header has 7"),
        (f"{HEADER}\n{GOOD}\n{GOOD}\n", 3, "line 2 has the same key '1'"),
        (f"{HEADER}\n1,,,Cats,A,,\n", 2, "there is no title in any language"),
        (f"{HEADER}\n,Cat,,Cats,A,,\n", 2, "there is no key"),
        (f'{HEADER}\n{GOOD}\n2,"Cat,,Cats,A,,\n', 2, "look for a quotation mark that is never closed"),
        (f"{HEADER}\n1,{'x' * 60_000},,Cats,A,,\n", 2, "has more than 50,000 characters"),
        (f"{HEADER}\n1,{'x' * 700},,Cats,A,,\n", 2, "'title'"),
        (f"{HEADER.replace('title', 'titel')}\n{GOOD}\n", 1, "did you mean 'titel'?"),
        (f"{HEADER},title\n{GOOD},x\n", 1, "there are 2 columns 'title'"),
        (b"PK\x03\x04\x00\x00binary", 1, "this is not a text file"),
        (f"{HEADER}\n1,Cat\x00,,Cats,A,,\n", 2, "this is not a text file"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, words: str
) -> None:
    told = words_after(tmp_path, content)
    assert any(at == line and words in said for at, said in told), told


def test_a_problem_names_the_line_where_its_row_begins(tmp_path: Path) -> None:
    content = f'{HEADER}\n1,Cat,"one\ntwo\nthree",Cats,A,,\n,No key,,Cats,A,,\n'
    assert [line for line, _words in words_after(tmp_path, content)] == [5]


def test_a_formula_and_markup_stay_text(tmp_path: Path, now: dt.datetime) -> None:
    row = (
        "1",
        '=HYPERLINK("http://evil.example","Click")',
        "<script>alert(1)</script> [x](javascript:alert(1))",
        "Cats",
        "A",
        "",
        "",
    )
    change = load(*write_list(tmp_path, row), at=now)
    assert change.problems[0].is_warning
    assert "a formula" in change.problems[0].words
    assert get_listed("demo-1").words("en").title == '=HYPERLINK("http://evil.example","Click")'


def test_what_nobody_sees_is_taken_out(tmp_path: Path, now: dt.datetime) -> None:
    row = ("1", "Cat\u202eretsiger\u200b\x07", "", "Cats", "A", "", "")
    load(*write_list(tmp_path, row), at=now)
    assert get_listed("demo-1").words("en").title == "Catretsiger"


def test_a_long_description_is_cut_for_lists_and_whole_on_the_page(tmp_path: Path, now: dt.datetime) -> None:
    long = "This is a sentence about cats. " * 40
    load(*write_list(tmp_path, ("1", "Cat", long, "Cats", "A", "", "")), at=now)
    page = get_listed("demo-1")
    assert isinstance(page, InformationPage)
    assert len(page.words("en").summary) <= 300
    assert page.words("en").summary.endswith(".")
    assert page.words("en").what == long.strip()
    assert len(shorten("x" * 400)) <= 300


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (("12", "Ä 9"), ("demo-12", "demo-a-9")),
        (("x" * 80, "x" * 81), None),
        (("猫", "犬"), None),
    ],
)
def test_names_are_short_permanent_and_never_the_same(
    keys: tuple[str, str], names: tuple[str, str] | None
) -> None:
    made = tuple(page_name("demo", key) for key in keys)
    assert made == tuple(page_name("demo", key) for key in keys)
    assert len(set(made)) == 2
    assert all(len(name) <= 60 for name in made)
    assert names is None or made == names


# --- mappings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  en:", "  xx:", "this site does not speak 'xx'"),
        (
            "values: {A: animals",
            "values: {A: animal",
            "town.yaml has no 'animal' among its topics; did you mean 'animals'?",
        ),
        ('key: "{id}"', 'kee: "{id}"', "the file has no 'kee'; did you mean 'key'?"),
        ('key: "{id}"', 'key: "{number}"', "there is no column 'number', which the mapping uses in key"),
        ("list: demo", "list: Demo List", "cannot be used for 'list'"),
        ("list: demo", "list: demo\nfile: {encoding: klingon}", "'klingon' is no encoding"),
        ('    agency: "{agency}"\n    need', "    need", "the mapping has no words for it under texts"),
    ],
)
def test_a_mistake_in_a_mapping_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert MAPPING.count(old) == 1
    told = words_after(tmp_path, f"{HEADER}\n{GOOD}\n", MAPPING.replace(old, new))
    assert any(words in said for _line, said in told), told


def test_codes_are_said_in_the_readers_language(tmp_path: Path, now: dt.datetime) -> None:
    mapping = MAPPING + "codes: {topic: {A: {en: Animals, es: Animales}, H: {en: Home, es: Casa}}}\n"
    mapping = mapping.replace(
        "  en:\n",
        '  es: {title: "{title}", agency: "{agency}", who: "{topic}"}\n  en:\n    who: "For {topic}"\n',
    )
    load(*write_list(tmp_path, (*CAT[:4], "A, H, ?", *CAT[5:]), mapping=mapping), at=now)
    page = get_listed("demo-1")
    assert isinstance(page, InformationPage)
    assert page.words("en").who == "For Animals, Home"
    assert page.words("es").who == "Animales, Casa"


def test_what_is_kept_is_what_would_be_written_by_hand(tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, CAT), at=now)
    document = json.loads(PublishedVersion.objects.get().document)
    assert document == {
        "service": "demo-1",
        "agency": "cats-office",
        "topics": ["animals"],
        "audience": ["person"],
        "information": True,
        "imported_from": "demo",
    }
