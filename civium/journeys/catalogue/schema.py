"""The service document: the engines' grammars put together, and what belongs to the service as a whole.

A service without a form is an information page: who it is for, how to get it, where to go. It has a grammar of its own.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from civium.engines.cases.schema import Steps, StepTexts
from civium.engines.clock.schema import Duration
from civium.engines.forms.schema import FormPart, FormTexts
from civium.engines.notices.schema import Notices, NoticeTexts
from civium.engines.payments.schema import Fee, FeeTexts
from civium.engines.registries.schema import Prefill, Tell
from civium.foundation.kit.codes import COUNTRIES, Name

# Moments that are not steps at which a notice may go out: the fee is paid; the applicant is asked something.
PAID: Final = "paid"
ASKED: Final = "asked"

Line = Annotated[str, Field(max_length=300)]
Prose = Annotated[str, Field(max_length=20_000)]
PageName = Annotated[str, Field(max_length=60)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _web_address(written: str) -> str:
    parts = urlsplit(written)
    if (
        parts.scheme not in {"http", "https"}
        or "." not in (parts.hostname or "")
        or re.search(r"\s", written)
    ):
        raise ValueError(f"'{written[:80]}' is not a web address; write it from https:// on")
    return written


class Output(_Part):
    """A document that a step gives the applicant; with ``valid``, a certificate that ends after that period."""

    document: Name
    valid: Duration | None = None


def _as_output(written: Any) -> Any:
    return {"document": written} if isinstance(written, str) else written


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError(f"'{code}' is not a country; write its two capital letters (ISO 3166-1), such as ES")
    return code


# Kinds of applicants. The town's own audiences stand beside them in a document.
KINDS: Final = ("person", "organisation")


# Why data may be used at all: the codes of GDPR article 6.1 that a service of an administration can rest on.
Basis = Literal["public-task", "legal-obligation", "contract", "consent"]


class Listed(_Part):
    """What everything in the catalogue says of itself, in no language.

    ``audience``: who can apply (person, organisation), and audiences of the town that look for it.
    """

    service: Name
    agency: Name
    topics: Annotated[tuple[Name, ...], Field(max_length=5)] = ()
    life_events: tuple[Name, ...] = ()
    audience: Annotated[tuple[Name, ...], Field(min_length=1)] = ("person",)

    @property
    def applicants(self) -> frozenset[str]:
        """The kinds of applicants who can apply: ``person``, ``organisation``, or both."""
        return frozenset(KINDS).intersection(self.audience)


class Eligibility(_Part):
    """ "Is this for me?": pages of the form that anybody can answer before applying, and services to go to instead.

    ``instead``: for a page that stops, the services that may help whoever is stopped there.
    """

    pages: Annotated[tuple[PageName, ...], Field(min_length=1, max_length=12)]
    instead: dict[PageName, tuple[Name, ...]] = {}


class Information(Listed):
    """A page about a service that this site takes no applications for. ``imported_from``: the list that it came with.

    ``country``: where whoever provides it works, when it is not the town's country.
    """

    information: Literal[True]
    country: Annotated[str, AfterValidator(_known_country)] | None = None
    imported_from: Name | None = None


class Service(Listed):
    """What a service is, in no language.

    ``about``: the line that lists show, as an expression over the answers. ``keep``: how long a case is kept
    after each end. ``country``: where phone numbers and addresses are, when it is not the town's country. ``several``: a
    person may have more than one open application. ``needs_email``: without an account, an e-mail address must be given.
    ``asks_again``: whoever sends it shows once more that it is them.
    ``basis``: why the law lets the town use what the form asks (GDPR 6.1). What rests on a law or a public task is kept
    until its date even when the person asks to be erased; what rests on a contract or on consent is not.
    """

    topics: Annotated[tuple[Name, ...], Field(min_length=1, max_length=5)]
    sign_in: Literal["none", "account", "verified", "high"] = "account"
    asks_again: bool = False
    needs_email: bool = False
    several: bool = False
    country: Annotated[str, AfterValidator(_known_country)] | None = None
    about: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    form: FormPart
    eligibility: Eligibility | None = None
    prefill: Prefill = {}
    fee: Fee | None = None
    steps: Steps
    notices: Notices = {}
    outputs: dict[str, Annotated[Output, BeforeValidator(_as_output)]] = {}
    tell: Tell = {}
    keep: dict[str, Duration] = {}
    basis: Basis = "public-task"


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


class Link(_Part):
    """An address outside this site. Without ``text`` the page shows whose address it is."""

    to: Annotated[str, AfterValidator(_web_address), Field(max_length=2000)]
    text: Line = ""

    @property
    def host(self) -> str:
        """Whose address it is."""
        return (urlsplit(self.to).hostname or "").removeprefix("www.")


class InformationTexts(_Part):
    """The words of an information page in one language. ``agency``: who provides it, when ``town.yaml`` has no such agency.

    Lists of other governments have titles as long as sentences, so there is room for them.
    """

    title: Annotated[str, Field(max_length=600)] = ""
    summary: Line = ""
    keywords: tuple[Annotated[str, Field(max_length=60)], ...] = ()
    agency: Line = ""
    what: Prose = ""
    who: Prose = ""
    need: tuple[Prose, ...] = ()
    how: Prose = ""
    cost: Prose = ""
    how_long: Line = ""
    links: tuple[Link, ...] = ()


# What an information page needs to be of use.
INFORMATION_PAGE: Final = ("title", "summary")
