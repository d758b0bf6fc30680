"""Making information pages of the rows of a list, as its mapping says. Pure: no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from .list_file import ListFile, Row
from .loading import Written
from .mapping_schema import COLUMN, FromColumn, MappedLink, MappedTexts, Mapping
from .problems import Problem, did_you_mean
from .schema import Information, InformationTexts

LONGEST_NAME: Final = 60
LONGEST_SUMMARY: Final = 300
LONGEST_KEYWORD: Final = 60
_ONE_LINE: Final = ("title", "summary", "agency", "how_long")
_PROSE: Final = ("what", "who", "how", "cost")
_BULLET: Final = re.compile(r"^\s*(?:[-•*·–]|\d{1,2}[.)])\s*")
_SENTENCE_END: Final = re.compile(r"[.!?؟。](?=\s|$)")


@dataclass(frozen=True)
class NewPage:
    """One page as it would be published, and the line of the list that it came from."""

    name: str
    line: int
    written: Written


@dataclass
class NewPages:
    """What a list comes to. ``left_out``: rows that the mapping does not want; ``older``: rows that a newer one replaces."""

    pages: list[NewPage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0
    older: int = 0


def make_pages(found: ListFile, mapping: Mapping, *, agencies: Iterable[str] = ()) -> NewPages:
    """The pages of a list that could be read. ``agencies``: names of the town's own, which need no words."""
    made = NewPages()
    wanted = [row for row in found.rows if _is_wanted(row, mapping)]
    made.left_out = len(found.rows) - len(wanted)
    chosen = _newest(found, wanted, mapping, made)
    for name, row in chosen.items():
        document = _document(name, row, mapping)
        texts = {
            language: words
            for language, mapped in mapping.texts.items()
            if (words := _words(found, row, mapping, mapped, language, made.problems))
        }
        problems = list(_problems(found, row, document, texts, frozenset(agencies)))
        made.problems += problems
        if not any(not problem.is_warning for problem in problems):
            made.pages.append(NewPage(name, row.line, Written(document, texts)))
    return made


# --- which rows ------------------------------------------------------------------------------------------------------


def _is_wanted(row: Row, mapping: Mapping) -> bool:
    return all(
        set(_codes(row.cells[column], mapping)) & set(allowed) for column, allowed in mapping.only.items()
    )


def _newest(found: ListFile, rows: list[Row], mapping: Mapping, made: NewPages) -> dict[str, Row]:
    """The row that counts for each name: the newest of those with its key."""
    alike: dict[str, list[Row]] = {}
    for row in rows:
        key = _fill(mapping.key, row, mapping)
        if key:
            alike.setdefault(page_name(mapping.list, key), []).append(row)
        else:
            words = f"there is no key: '{mapping.key}' is empty in this row"
            made.problems.append(found.problem(row.line, words))
    chosen: dict[str, Row] = {}
    for name, same in alike.items():
        column = mapping.newest
        best = max(_ordered(row.cells[column]) for row in same) if column else []
        newest = [row for row in same if not column or _ordered(row.cells[column]) == best]
        chosen[name] = newest[0]
        made.older += len(same) - len(newest)
        made.problems += [_same_key(found, row, newest[0], mapping) for row in newest[1:]]
    return chosen


def _ordered(cell: str) -> list[tuple[int, str]]:
    """Numbers in a cell compare as numbers: 9 before 10."""
    return [
        (int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"[0-9]{1,18}|[^0-9]+", cell)
    ]


def _same_key(found: ListFile, row: Row, other: Row, mapping: Mapping) -> Problem:
    how = (
        f"both have the same '{mapping.newest}'; use a key with more columns"
        if mapping.newest
        else "say which column tells the newest ('newest: ...'), or use a key with more columns"
    )
    key = _fill(mapping.key, row, mapping)
    return found.problem(row.line, f"line {other.line} has the same key '{key}'; {how}")


def page_name(prefix: str, key: str) -> str:
    """The name of the page with this key: permanent, so that its address stays when its words change."""
    return _name(f"{prefix}-{key}")


def _name(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    is_whole = bool(name) and name[0].isalpha() and len(name) <= LONGEST_NAME and _says_it_all(text)
    if is_whole:
        return name
    # Cut, or written in letters that a name cannot have: a few signs of its digest keep it apart from others.
    tail = sha256(text.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 9].strip('-') or 'list'}-{tail}"


def _says_it_all(text: str) -> bool:
    """Whether nothing but accents, case and signs is lost in a name."""
    return not any(char.isalnum() and not unicodedata.normalize("NFKD", char)[0].isascii() for char in text)


# --- what a page says ------------------------------------------------------------------------------------------------


def _document(name: str, row: Row, mapping: Mapping) -> dict[str, Any]:
    document: dict[str, Any] = {
        "service": name,
        "agency": _name(_fill(mapping.agency, row, mapping) or mapping.list),
    }
    for part in ("topics", "life_events", "audience"):
        names = _names(getattr(mapping, part), row, mapping)
        if names:
            document[part] = names
    if mapping.country:
        document["country"] = mapping.country
    return document | {"information": True, "imported_from": mapping.list}


def _names(source: FromColumn | tuple[str, ...], row: Row, mapping: Mapping) -> list[str]:
    found = (
        source.names(_codes(row.cells[source.column], mapping)) if isinstance(source, FromColumn) else source
    )
    return list(dict.fromkeys(found))


def _codes(cell: str, mapping: Mapping) -> list[str]:
    return [code.strip() for code in cell.split(mapping.separator) if code.strip()]


def _words(
    found: ListFile,
    row: Row,
    mapping: Mapping,
    mapped: MappedTexts,
    language: str,
    problems: list[Problem],
) -> dict[str, Any]:
    def fill(text: str) -> str:
        return _fill(text, row, mapping, language)

    words: dict[str, Any] = {name: " ".join(fill(getattr(mapped, name)).split()) for name in _ONE_LINE}
    words |= {name: fill(getattr(mapped, name)) for name in _PROSE}
    words["need"] = [item for text in mapped.need for item in _items(fill(text))]
    words["keywords"] = _keywords(fill(text) for text in mapped.keywords)
    words["links"] = list(_links(found, row, mapped, fill, problems))
    if len(words["summary"]) > LONGEST_SUMMARY:
        words["what"] = words["what"] or fill(mapped.summary)
        words["summary"] = shorten(words["summary"])
    has_something = words["title"] or words["summary"]
    if words["title"].startswith("="):
        text = f"the title begins with '=': a formula of a spreadsheet? It is kept as the text '{words['title'][:40]}'"
        problems.append(found.problem(row.line, text, warning=True))
    return {name: said for name, said in words.items() if said} if has_something else {}


def shorten(text: str) -> str:
    """A text that fits a line of a list: whole sentences when there are, else whole words and a sign that it goes on."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text[:LONGEST_SUMMARY])]
    if ends and ends[-1] >= LONGEST_SUMMARY // 3:
        return text[: ends[-1]]
    return f"{text[: LONGEST_SUMMARY - 1].rpartition(' ')[0] or text[: LONGEST_SUMMARY - 1]}…"


def _items(text: str) -> list[str]:
    """The lines of a list that was written into one cell."""
    return [item for line in text.split("\n") if (item := _BULLET.sub("", line).strip())]


def _keywords(texts: Iterable[str]) -> list[str]:
    words = (" ".join(word.split()) for text in texts for word in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(word for word in words if 0 < len(word) <= LONGEST_KEYWORD))


def _links(
    found: ListFile, row: Row, mapped: MappedTexts, fill: Any, problems: list[Problem]
) -> Iterator[dict[str, str]]:
    for link in mapped.links:
        to, text = (link.to, link.text) if isinstance(link, MappedLink) else (link, "")
        for address in dict.fromkeys(fill(to).split()):
            whole = f"https://{address}" if address.startswith("www.") else address
            if _is_web_address(whole):
                yield {"to": whole} | ({"text": said} if (said := fill(text)) else {})
            else:
                words = f"'{address[:60]}' is not a web address; the page is made without this link"
                problems.append(found.problem(row.line, words, warning=True))


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and len(text) <= 2000
    except ValueError:
        return False


def _fill(text: str, row: Row, mapping: Mapping, language: str = "") -> str:
    """A text of the mapping with the row's cells in it; empty when it names columns and all of them are empty."""
    named, said = 0, 0

    def put(match: re.Match[str]) -> str:
        nonlocal named, said
        named += 1
        cell = _cell(match[1].strip(), row, mapping, language)
        said += bool(cell)
        return cell

    filled = COLUMN.sub(put, text)
    return filled.strip() if said or not named else ""


def _cell(column: str, row: Row, mapping: Mapping, language: str) -> str:
    cell = row.cells[column]
    if cell.casefold() in {word.casefold() for word in mapping.empty}:
        return ""
    meanings = mapping.codes.get(column)
    if not meanings or not language:
        return cell
    said = [words.get(language, "") for code in _codes(cell, mapping) if (words := meanings.get(code))]
    return ", ".join(dict.fromkeys(filter(None, said)))


# --- what is wrong ---------------------------------------------------------------------------------------------------


def _problems(
    found: ListFile,
    row: Row,
    document: Map[str, Any],
    texts: Map[str, Map[str, Any]],
    agencies: frozenset[str],
) -> Iterator[Problem]:
    try:
        Information.model_validate(document)
        for words in texts.values():
            InformationTexts.model_validate(words)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            where = ".".join(map(str, details["loc"]))
            yield found.problem(row.line, f"'{where}': {details['msg'].removeprefix('Value error, ')}")
        return
    if not any(words.get("title") for words in texts.values()):
        yield found.problem(row.line, "there is no title in any language")
    for language, words in texts.items():
        if not words.get("title"):
            yield found.problem(
                row.line, f"there is no title in '{language}'; its readers see another language", warning=True
            )
    if document["agency"] not in agencies and not any(words.get("agency") for words in texts.values()):
        said = did_you_mean(document["agency"], agencies)
        yield found.problem(
            row.line,
            f"the town has no agency '{document['agency']}' and the mapping has no words for it under texts; {said}",
        )
