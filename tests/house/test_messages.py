"""The words of the interface: every one of them is in every language, says the same, and can be found by translators."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections import Counter
from pathlib import Path

import allauth
import django.conf
import django.contrib.auth
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings

from setup import ROOT
from setup.messages import (
    KEYWORDS,
    LANGUAGES,
    METHOD_OPTIONS,
    catalogue_path,
    collected,
    is_translated,
    read_borrowed,
    read_catalogue,
    written,
)
from tests.house.source import our_files

HOLE = re.compile(r"%\(\w+\)[sd]|(?<![({])\{\w+\}|\(\(\w+\)\)|%[sd]")
ARABIC = re.compile("[\u0621-\u064a]")
# What is written alike in any language: names, file types, numbers.
NOT_WORDS = re.compile(r"PDF|JPG|PNG|IBAN|Civium|%\(\w+\)s|\{\w+\}|\(\(\w+\)\)|[\W\d_]")
# What a template holds that nobody reads, in the order in which it is taken away.
UNREAD = [
    r"\{#.*?#\}|<!--.*?-->",
    r"\{%-?\s*block (?:main_class|body_class)\b.*?\{%-?\s*endblock\b.*?%\}",
    r"\{%-?\s*(?P<tag>trans|blocktranslate)\b.*?\{%-?\s*end(?P=tag)\s*-?%\}",
    r"<(?P<element>script|style|code|kbd)\b.*?</(?P=element)>",
]
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
SPOKEN_ATTRIBUTE = re.compile(r"\b(?:aria-label|alt|title|placeholder)=\"([^\"]*)\"")
WORD = re.compile(r"(?<!&)\b[^\W\d_]{2,}")
# The style guide's invented people and streets.
INVENTED = {"Bruno", "Carla", "Luna", "Omar", "Harbour", "Lane"}
RUN_MESSAGES = "run make messages, then translate what is new"


@pytest.fixture(scope="module")
def source() -> Catalog:
    """Every wording that the code has now."""
    return collected()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language that we translate into."""
    return str(request.param)


def keys(catalogue: Catalog) -> set[tuple[str | None, object]]:
    """What identifies each wording."""
    return {(message.context, message.id) for message in catalogue if message.id}


def wordings(language: str) -> list[Message]:
    """What has been translated into a language; what is missing has a test of its own."""
    return [message for message in read_catalogue(language) if message.id and is_translated(message)]


def forms(message: Message) -> list[tuple[str, str]]:
    """Each translated form with the source form it must agree with."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[1], said) for said in said_forms(message)]


def said_forms(message: Message) -> list[str]:
    """What a plural says in a language, form by form."""
    return list(message.string or ())


def holes(words: str) -> Counter[str]:
    """The places where the program puts something in."""
    return Counter(HOLE.findall(words))


def counts_of_each_form(language: str) -> list[list[int]]:
    """For each plural form of a language, the numbers up to 200 that it is for."""
    rule = LANGUAGES[language].plural_forms
    choose = gettext.c2py(rule.partition("plural=")[2].rstrip(";"))
    found: list[list[int]] = [[] for _ in range(read_catalogue(language).num_plurals)]
    for number in range(201):
        found[choose(number)].append(number)
    return found


def test_every_language_of_the_site_has_a_catalogue() -> None:
    assert set(LANGUAGES) == {code for code, _name in settings.LANGUAGES} - {"en"}


def test_every_wording_of_the_code_is_in_the_catalogue(source: Catalog, language: str) -> None:
    assert keys(source) - keys(read_catalogue(language)) == set(), RUN_MESSAGES


def test_the_catalogue_has_nothing_that_the_code_no_longer_says(source: Catalog, language: str) -> None:
    assert keys(read_catalogue(language)) - keys(source) == set(), RUN_MESSAGES


def test_every_wording_is_translated(language: str) -> None:
    missing = [message.id for message in read_catalogue(language) if not is_translated(message)]
    assert [id for id in missing if id] == []


def test_translations_have_the_placeholders_of_the_source(language: str) -> None:
    """A plural form for one number alone, such as Arabic's dual, may say the number in words."""
    counts = counts_of_each_form(language)
    wrong = []
    for message in wordings(language):
        for at, (said, translated) in enumerate(forms(message)):
            lost, more = holes(said) - holes(translated), holes(translated) - holes(said)
            stands_for_one = not isinstance(message.id, str) and len(counts[at]) == 1
            may_be_lost = stands_for_one and lost.total() == 1 and not lost & Counter({"%d": 1, "%s": 1})
            if more or (lost and not may_be_lost):
                wrong.append((said, translated))
    assert wrong == []


def test_translations_begin_and_end_with_space_where_the_source_does(language: str) -> None:
    def edges(words: str) -> tuple[str, str]:
        return words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]

    assert [m.id for m in wordings(language) for a, b in forms(m) if edges(a) != edges(b)] == []


def test_every_borrowed_wording_is_still_said_by_its_library() -> None:
    """A library that changes its words leaves ours without effect: take the new ones into ``borrowed.pot``."""
    said: set[object] = set()
    for package in (django.conf, django.contrib.auth, allauth):
        path = Path(next(iter(package.__path__))) / "locale" / "en" / "LC_MESSAGES" / "django.po"
        said |= {message.id for message in read_po(io.BytesIO(path.read_bytes())) if message.id}
    assert {message.id for message in read_borrowed()} - said == set()


def test_arabic_is_written_in_arabic() -> None:
    latin = [
        said
        for message in wordings("ar")
        for source, said in forms(message)
        if NOT_WORDS.sub("", source) and not ARABIC.search(said)
    ]
    assert latin == []


def test_spanish_is_not_the_english() -> None:
    """Words of two letters or more that stayed as they were were forgotten, unless both languages share them."""
    shared = {"Cookies", "Error", "Error:", "Error: ", "No", "no", "Eircode", "Port Lumen ID"}
    same = [said for message in wordings("es") for source, said in forms(message) if source == said]
    assert [said for said in same if said not in shared and NOT_WORDS.sub("", said)] == []


def test_every_arabic_plural_has_its_six_forms() -> None:
    assert counts_of_each_form("ar")[1:3] == [[1], [2]]
    assert all(counts_of_each_form("ar"))
    plurals = [message for message in wordings("ar") if not isinstance(message.id, str)]
    assert plurals
    assert {len(said_forms(message)) for message in plurals} == {6}


def test_a_catalogue_is_the_same_wherever_and_whenever_it_is_collected(language: str) -> None:
    kept = catalogue_path(language).read_bytes()
    assert b"Date" not in kept.partition(b"\n\n")[0]
    assert not re.search(rb"^#: .*:\d", kept, re.M)
    assert written(read_po(io.BytesIO(kept), locale=language), language) == kept


def bare_words(template: str) -> set[str]:
    """The words that a template says without marking them for translation."""
    for unread in UNREAD:
        template = re.sub(unread, "", template, flags=re.S)
    template = CODE.sub("", template)
    said = [*SPOKEN_ATTRIBUTE.findall(template), re.sub(r"<[^<>]*>", " ", template)]
    return {word for each in said for word in WORD.findall(each)} - INVENTED


def templates() -> list[Path]:
    """Every page and part of a page that people see, and every letter."""
    return [
        path
        for path in our_files()
        if path.is_relative_to(ROOT / "civium")
        and path.suffix in {".html", ".txt"}
        and {"templates", "django_templates"} & set(path.relative_to(ROOT).parts)
        and "tests" not in path.parts
    ]


def test_every_name_under_which_words_are_translated_is_collected() -> None:
    """What is called by another name never reaches a translator, and everybody reads it in English."""
    names = {
        (str(path.relative_to(ROOT)), alias.asname)
        for path in our_files()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "civium")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and "gettext" in alias.name
    }
    assert names
    assert {each for each in names if each[1] not in KEYWORDS} == set()


def test_no_template_says_what_cannot_be_translated() -> None:
    bare = {str(path.relative_to(ROOT)): bare_words(path.read_text()) for path in templates()}
    assert {name: words for name, words in bare.items() if words} == {}


def test_words_that_cannot_be_translated_would_be_noticed() -> None:
    assert bare_words('<p class="x">{{ a }} Hello</p>') == {"Hello"}
    assert bare_words('<img alt="A dog">{% trans %}Hello{% endtrans %}') == {"dog"}


@pytest.mark.parametrize(
    ("method", "template", "found"),
    [
        ("jinja2", '{{ _("One") }}', ["One"]),
        ("jinja2", "{% trans %}\n  Two\n  lines\n{% endtrans %}", ["Two lines"]),
        (
            "jinja2",
            "{% trans count=3 %}{{ count }} a{% pluralize %}{{ count }} b{% endtrans %}",
            [("%(count)s a", "%(count)s b")],
        ),
        ("jinja2", '{% do items.append(_("Three")) %}', ["Three"]),
        ("setup.messages:read_django_template", '{% translate "It\'s (open" %}', ["It's (open"]),
        (
            "setup.messages:read_django_template",
            '{% translate "Four" as four %}{{ _("Five") }}',
            ["Four", "Five"],
        ),
        (
            "setup.messages:read_django_template",
            "{% blocktranslate count n=3 %}{{ n }} a{% plural %}{{ n }} b{% endblocktranslate %}",
            [("%(n)s a", "%(n)s b")],
        ),
        ("python", "format_lazy('{a}', a=gettext_lazy('Six'))", ["Six"]),
        ("python", "_now('Seven')", ["Seven"]),
        ("python", "ngettext_lazy('a', 'b', n)", [("a", "b")]),
    ],
)
def test_words_are_found_however_they_are_wrapped(method: str, template: str, found: list[object]) -> None:
    options = METHOD_OPTIONS if method == "jinja2" else {}
    said = extract(method, io.BytesIO(template.encode()), KEYWORDS, options=options)
    assert [each[1] for each in said] == found
