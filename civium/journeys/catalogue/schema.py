"""The service document: the engines' grammars put together, and what belongs to the service as a whole."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from babel.core import get_global
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from civium.engines.cases.schema import Steps, StepTexts
from civium.engines.clock.schema import Duration
from civium.engines.forms.schema import FormPart, FormTexts
from civium.engines.notices.schema import Notices, NoticeTexts
from civium.engines.payments.schema import Fee, FeeTexts
from civium.engines.registries.schema import Prefill

# Moments that are not steps at which a notice may go out: the fee is paid; the applicant is asked something.
PAID: Final = "paid"
ASKED: Final = "asked"

# The countries and territories (ISO 3166-1) that have a currency today, as the Unicode CLDR lists them.
_COUNTRIES: Final = frozenset(
    code
    for code, currencies in get_global("territory_currencies").items()
    if len(code) == 2 and any(until is None and is_tender for _code, _since, until, is_tender in currencies)
) - {"EU", "ZZ"}

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Field(max_length=300)]
Prose = Annotated[str, Field(max_length=20_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(_Part):
    """A document that a step gives the applicant; with ``valid``, a certificate that ends after that period."""

    document: Name
    valid: Duration | None = None


def _as_output(written: Any) -> Any:
    return {"document": written} if isinstance(written, str) else written


def _known_country(code: str) -> str:
    if code not in _COUNTRIES:
        raise ValueError(f"'{code}' is not a country; write its two capital letters (ISO 3166-1), such as ES")
    return code


class Service(_Part):
    """What a service is, in no language.

    ``about``: the line that lists show in clear, as an expression over the answers. ``keep``: how long a case is kept
    after each end. ``country``: where phone numbers and addresses are, when it is not the town's country.
    """

    service: Name
    agency: Name
    topics: Annotated[tuple[Name, ...], Field(min_length=1, max_length=5)]
    life_events: tuple[Name, ...] = ()
    audience: Annotated[tuple[Literal["person", "organisation"], ...], Field(min_length=1)] = ("person",)
    sign_in: Literal["none", "account", "verified"] = "account"
    country: Annotated[str, AfterValidator(_known_country)] | None = None
    about: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    form: FormPart
    prefill: Prefill = {}
    fee: Fee | None = None
    steps: Steps
    notices: Notices = {}
    outputs: dict[str, Annotated[Output, BeforeValidator(_as_output)]] = {}
    keep: dict[str, Duration] = {}


class OutputText(_Part):
    """The words of one document: ``((dog_name))`` stands for an answer or for something of the case."""

    title: Annotated[str, Field(min_length=1, max_length=150)]
    body: Annotated[str, Field(min_length=1, max_length=20_000)]


class Texts(FormTexts, StepTexts):
    """The words of a service in one language. What is missing falls back to the town's first language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(max_length=80)] = ""
    summary: Line = ""
    keywords: tuple[Annotated[str, Field(max_length=60)], ...] = ()
    who: Prose = ""
    need: tuple[Prose, ...] = ()
    cost: Prose = ""
    how_long: Line = ""
    next: Prose = ""
    other_ways: Prose = ""
    fee: FeeTexts = FeeTexts({})
    notices: NoticeTexts = {}
    outputs: dict[str, OutputText] = {}


# What the start page says; each must be there in the town's first language. Keywords help search.
START_PAGE: Final = ("title", "summary", "who", "need", "cost", "how_long", "next", "other_ways")
