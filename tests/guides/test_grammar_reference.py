"""The references of service documents and of ``town.yaml`` say every key of the grammar, with its default, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assets.build import SHELF_ICONS
from civium.engines.cases.schema import Move, Reopening, ShownAs, Step, TemplateText
from civium.engines.forms.asking import OptionTexts, Question, QuestionTexts, WithPurpose
from civium.engines.forms.questions import find_types
from civium.engines.forms.schema import FormPart, Group, GroupTexts, Page, PageTexts, Repeat, Rule
from civium.engines.notices.schema import NoticeText
from civium.engines.payments.schema import Fee, FeeLine
from civium.engines.registries.queries import find_abilities, find_registers
from civium.engines.registries.schema import Telling
from civium.foundation.kit.expressions import Kind, compile_expression
from civium.foundation.kit.town import (
    Agency,
    Area,
    Audience,
    ConsentWords,
    Contact,
    MessageTemplate,
    PlaceName,
    Shape,
    Topic,
    Town,
    TownMap,
)
from civium.journeys.catalogue.examples_schema import Example, Examples, Moved
from civium.journeys.catalogue.marked_yaml import parse_marked
from civium.journeys.catalogue.rules import ALWAYS, DUE, TAKEN
from civium.journeys.catalogue.schema import (
    Eligibility,
    Information,
    InformationTexts,
    Link,
    Output,
    OutputText,
    Service,
    Texts,
)
from tests.guides.reading import HOW_TO, codes_in, sections

GUIDE, TOWN_GUIDE = "write-a-service-document.md", "describe-your-town.md"
SECTIONS = sections(GUIDE)
TYPES = {get_args(kind.model_fields["type"].annotation)[0]: kind for kind in find_types()}
# Which parts of the grammar the tables of a section describe, in their order.
TABLES: dict[str, list[type[BaseModel]]] = {
    "The service": [Service],
    "Is this for me?": [Eligibility],
    "Information pages": [Information],
    "Words of an information page": [InformationTexts],
    "A link of an information page": [Link],
    "Pages": [Page],
    "Groups": [Group],
    "Rules": [Rule],
    "Lists": [Repeat],
    "Every question": [Question],
    "The fee": [Fee, FeeLine],
    "Steps and moves": [Step, ShownAs, Move, Reopening],
    "Notices and documents": [Output],
    "Telling registers": [Telling],
    "The words": [Texts],
    "Words of a page": [PageTexts],
    "Words of a group": [GroupTexts],
    "Words of a question": [QuestionTexts],
    "Words of an option": [OptionTexts],
    "Words of a notice": [NoticeText],
    "Words of a document": [OutputText],
    "Words of a message": [TemplateText],
    "The examples": [Example, Moved],
}
TOWN_TABLES: dict[str, list[type[BaseModel]]] = {
    "The town": [Town],
    "Contact": [Contact],
    "Agencies": [Agency],
    "Templates": [MessageTemplate],
    "Shelves": [Topic, Audience],
    "Consents": [ConsentWords],
    "Area": [Area],
    "Map": [TownMap, Shape, PlaceName],
}


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """What a designer may write in this part; of a type of question, what only it has."""
    common = {name for base in (Question, Topic) if base in model.__mro__[1:] for name in base.model_fields}
    common |= {"type"} if model is Group else set()  # a group is told by having a 'group'
    return {known.alias or name: known for name, known in model.model_fields.items() if name not in common}


DESCRIBED: list[tuple[str, str, int, type[BaseModel]]] = [
    *((GUIDE, heading, at, model) for heading, models in TABLES.items() for at, model in enumerate(models)),
    *((GUIDE, name, 0, kind) for name, kind in TYPES.items()),
    *(
        (TOWN_GUIDE, heading, at, model)
        for heading, models in TOWN_TABLES.items()
        for at, model in enumerate(models)
    ),
]
CASES = pytest.mark.parametrize(
    ("guide", "heading", "at", "model"), DESCRIBED, ids=[model.__name__ for *_where, model in DESCRIBED]
)


def table_of(guide: str, heading: str, at: int) -> dict[str, tuple[str, str]]:
    section = sections(guide).get(heading)
    return section.tables[at] if section and at < len(section.tables) else {}


@CASES
def test_every_key_is_described_and_no_other(
    guide: str, heading: str, at: int, model: type[BaseModel]
) -> None:
    assert heading in sections(guide), f"docs/how-to/{guide} has no section about {heading}"
    assert set(table_of(guide, heading, at)) == set(keys_of(model))


@CASES
def test_every_default_is_the_one_that_holds(
    guide: str, heading: str, at: int, model: type[BaseModel]
) -> None:
    for key, known in keys_of(model).items():
        _says, left_out = table_of(guide, heading, at)[key]
        assert (left_out == "required") == (known.is_required() or bool(known.validate_default)), key
        if (written := as_written(known.default)) and left_out != "required":
            assert f"`{written}`" in left_out, key


def as_written(default: Any) -> str:
    """A default as a designer would write it; empty when there is none to speak of."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple) and default:
        return f"[{', '.join(map(str, default))}]"
    return (
        str(default)
        if isinstance(default, int | Decimal | dt.date) or (isinstance(default, str) and default)
        else ""
    )


@CASES
def test_every_word_that_can_be_chosen_is_listed(
    guide: str, heading: str, at: int, model: type[BaseModel]
) -> None:
    for key, known in keys_of(model).items():
        if key != "type":
            assert set(choices(known.annotation)) <= set(
                codes_in("".join(table_of(guide, heading, at)[key]))
            ), key


def choices(kind: Any) -> Iterator[str]:
    """Every word of every Literal in an annotation."""
    if get_origin(kind) is Literal:
        yield from (word for word in get_args(kind) if isinstance(word, str))
    for below in get_args(kind):
        yield from choices(below)


def test_no_part_of_the_grammar_is_left_out() -> None:
    found: set[type[BaseModel]] = set()
    for whole in (Service, Texts, Examples, Information, InformationTexts, Town):
        _reach(whole, found)
    roots = {model for model in found if "root" in model.model_fields}
    assert found - roots == {model for *_where, model in DESCRIBED} - {Question}


def _reach(kind: Any, found: set[type[BaseModel]]) -> None:
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in found:
        found.add(kind)
        for known in kind.model_fields.values():
            _reach(known.annotation, found)
            for extra in known.metadata:
                _reach(extra, found)
    for below in get_args(kind):
        _reach(below, found)


def test_a_key_that_is_not_described_would_be_noticed() -> None:
    class Fingerprint(Question, WithPurpose):
        type: Literal["fingerprint"]
        ink: str = "blue"

    assert set(keys_of(Fingerprint)) == {"ink", "autocomplete"}
    with pytest.raises(AssertionError):
        test_every_key_is_described_and_no_other(GUIDE, "text", 0, Fingerprint)
    with pytest.raises(AssertionError, match="has no section about fingerprint"):
        test_every_key_is_described_and_no_other(GUIDE, "fingerprint", 0, Fingerprint)


@pytest.mark.parametrize("name", TYPES)
def test_every_error_code_is_listed(name: str) -> None:
    _before, _label, codes = SECTIONS[name].text.partition("Error codes:")
    assert set(codes_in(codes)) == set(TYPES[name].messages) - {"required"}


# --- what can be copied works -------------------------------------------------------------------------------------------


def copied(heading: str) -> list[Any]:
    return [
        parse_marked(text, file=heading).value for kind, text in SECTIONS[heading].blocks if kind == "yaml"
    ]


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_an_example_that_is_right(name: str) -> None:
    [ask] = copied(name)
    [page] = FormPart.model_validate([{"page": "p", "ask": ask}]).pages
    assert {question.type for question in page.ask} == {name}


@pytest.mark.parametrize(
    "heading", [heading for heading in ("Pages", "Groups", "Rules", "Lists") if copied(heading)]
)
def test_examples_of_pages_are_right(heading: str) -> None:
    for pages in copied(heading):
        FormPart.model_validate(pages)


@pytest.mark.parametrize(
    "heading",
    ["The service", "Is this for me?", "Prefill", "The fee", "Steps and moves", "Notices and documents"],
)
def test_examples_of_the_service_are_right(heading: str) -> None:
    [whole], parts = copied("The service"), copied(heading)
    assert parts
    for part in parts:
        Service.model_validate(whole | part)


def test_examples_of_information_pages_are_right() -> None:
    for page in copied("Information pages"):
        Information.model_validate(page)
    for words in copied("Words of an information page"):
        assert InformationTexts.model_validate(words).model_fields_set == set(InformationTexts.model_fields)


def test_examples_of_words_and_of_examples_are_right() -> None:
    for words in copied("The words"):
        assert Texts.model_validate(words).model_fields_set == set(Texts.model_fields)
    for examples in copied("The examples"):
        assert {key for one in Examples.model_validate(examples).root for key in one.model_fields_set} == set(
            Example.model_fields
        )


def test_the_example_of_a_town_is_right() -> None:
    [(_kind, written)] = sections(TOWN_GUIDE)["Describe your town"].blocks[-1:]
    town = Town.model_validate(parse_marked(written, file=TOWN_GUIDE).value)
    assert town.agencies.keys() == {"town-hall", "data-protection"}


def test_every_icon_of_shelves_is_listed() -> None:
    _before, _label, icons = sections(TOWN_GUIDE)["Shelves"].text.partition("The icons:")
    assert sorted(codes_in(icons)) == sorted(SHELF_ICONS)


def test_every_placeholder_of_an_agencys_messages_is_listed() -> None:
    listed = [code for code in codes_in(sections(TOWN_GUIDE)["Templates"].text) if code.startswith("((")]
    assert {code.strip("()") for code in listed} == ALWAYS | {DUE}


def test_expressions_can_be_written_as_they_stand_there() -> None:
    rows = Kind.rows({"income": Kind.NUMBER, "works": Kind.BOOL})
    names = dict.fromkeys(("neutered", "a", "b"), Kind.BOOL) | dict.fromkeys(
        ("role", "name", "phone"), Kind.TEXT
    )
    names |= {
        "cost": Kind.NUMBER,
        "amount": Kind.NUMBER,
        "born": Kind.DATE,
        "reasons": Kind.TEXTS,
        "members": rows,
    }
    rows_of_table = [
        line.rpartition(" | ")[0] for line in SECTIONS["Expressions"].text.splitlines() if "| `" in line
    ]
    written = [code for line in rows_of_table for code in codes_in(line)]
    assert len(written) > 20
    for source in written:
        if source != "+ - * /":
            compile_expression(source, names=names, wants=None)


def test_every_placeholder_is_listed() -> None:
    listed = [code for code in codes_in(SECTIONS["Notices and documents"].text) if code.startswith("((")]
    assert {code.strip("()") for code in listed} == TAKEN | {"dog_name"}


def test_every_register_of_the_demo_town_is_listed() -> None:
    listed = set(codes_in(SECTIONS["Prefill"].text))
    for register, fields in find_registers().items():
        assert {register, *fields} <= listed


def test_every_message_of_the_demo_towns_registers_is_listed() -> None:
    listed = set(codes_in(SECTIONS["Telling registers"].text))
    for register, ability in find_abilities().items():
        for message, facts in ability.messages.items():
            assert {register, message, *facts} <= listed


def test_links_lead_to_headings_that_are_there() -> None:
    import re

    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in SECTIONS}
    wanted = set(re.findall(r"\]\(#([^)]+)\)", (HOW_TO / GUIDE).read_text(encoding="utf-8")))
    assert wanted - anchors == set()
