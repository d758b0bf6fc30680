"""The addresses for machines, version 1. Each does what a page does, by the same actions, queries and refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from ninja import File, Header, NinjaAPI, Path, Query, Status, UploadedFile
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from civium.engines.cases.models import Case, Question
from civium.engines.cases.queries import (
    Filters,
    find_cases_of,
    find_messages,
    find_questions,
    find_queue,
    get_case,
    get_case_of_subject,
    is_own_case,
)
from civium.engines.cases.rules import available_moves, may_work_on
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.caching import public_page
from civium.foundation.files.queries import find_files
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import anyone, behind_the_wall, open_to
from civium.foundation.kit.outages import is_outage
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.journeys.applications.actions.answer_at_once import answer_at_once
from civium.journeys.applications.actions.apply_at_once import SentHereOnly, apply_at_once
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.open_case_file import open_case_file
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.actions.work_on_case import work_on_case
from civium.journeys.applications.models import Application, State
from civium.journeys.applications.queries import get_application, get_case_file, get_correction
from civium.journeys.catalogue.queries import Offer, find_offers, get_offer

from . import data_tracker, problems, schema
from .actions.keep_answer import answer_once
from .admission import TokenFor
from .describing import shown_operations

PAGE = 50
RETRY_AFTER: Final = {
    "description": "Seconds to wait before the next request.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
Reference = Annotated[
    str, Path(max_length=40, description="As it is told to people; spaces and dashes do not matter.")
]
After = Annotated[
    str | None, Query(max_length=300, description="Where the page begins: from `next` of the page before.")
]


class Described(OpenAPISchema):
    """The description; what is refused is described as the problem details that it is."""

    def responses(self, operation: Any) -> dict[int, dict[str, Any]]:
        described: dict[int, dict[str, Any]] = super().responses(operation)
        for status, response in described.items():
            if int(status) >= 400 and "content" in response:
                response["content"] = {problems.MEDIA_TYPE: next(iter(response["content"].values()))}
            if int(status) == 429:
                response["headers"] = {"Retry-After": RETRY_AFTER}
        return described


class Machines(NinjaAPI):
    """Ninja's API with our description of it."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self._described: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The description, to read: it takes long to make, and is the same as long as the process lives."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._described:
            self._described[prefix] = Described(self, prefix)
        return self._described[prefix]


api = Machines(
    title="Civium",
    version="1.0",
    description=(
        "Public services for programs. What is refused is answered as problem details (RFC 9457). "
        "Make a token on the page “Access for programs”. "
        f"A token may send {settings.CIVIUM_API_PER_MINUTE} requests a minute, an address of the network "
        f"{settings.CIVIUM_API_PER_MINUTE_FROM_ADDRESS}; the next is answered 429, with the seconds to wait in `Retry-After`."
    ),
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)

_PUBLIC = dict.fromkeys((404, 422, 429), schema.Problem)
_FOR_TOKENS = dict.fromkeys((401, 403, 404, 422, 429), schema.Problem)
_CHANGES = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), schema.Problem)


# --- services ----------------------------------------------------------------------------------------------------------


@api.get(
    "/v1/services",
    response={200: schema.Services, **_PUBLIC},
    tags=["Services"],
    summary="What the town offers",
)
def services(
    request: HttpRequest,
    language: Annotated[Literal["en", "es", "ar"] | None, Query()] = None,
    topic: Annotated[str | None, Query(max_length=60)] = None,
    agency: Annotated[str | None, Query(max_length=60)] = None,
    after: Annotated[
        str | None, Query(max_length=60, description="The last service of the page before.")
    ] = None,
) -> Any:
    offers = sorted(find_offers(topic=topic, agency=agency), key=lambda offer: offer.name)
    rest = [offer for offer in offers if after is None or offer.name > after]
    shown = rest[:PAGE]
    following = None
    if len(rest) > PAGE:
        kept = {"language": language, "topic": topic, "agency": agency, "after": shown[-1].name}
        following = _next(request, {name: value for name, value in kept.items() if value})
    spoken = language or get_language() or "en"
    return {"services": [_service(offer, spoken) for offer in shown], "next": following}


@api.get(
    "/v1/services/{service}",
    response={200: schema.ServiceDetail, **_PUBLIC},
    tags=["Services"],
    summary="One service, with the JSON Schema of its answers",
)
def service(
    request: HttpRequest,
    service: Annotated[str, Path(max_length=60)],
    language: Annotated[Literal["en", "es", "ar"] | None, Query()] = None,
) -> Any:
    offer = get_offer(service)
    require(not offer.is_withdrawn, NotFound)
    return {
        **_service(offer, language or get_language() or "en"),
        "languages": sorted(offer.texts),
        "answers": _with_files(offer.form.json_schema()),
    }


def _service(offer: Offer, language: str) -> dict[str, Any]:
    words, document = offer.words(language), offer.document
    with override(language):
        page = reverse("catalogue:service", args=[offer.name])
    return {
        "service": offer.name,
        "version": offer.version,
        "title": words.title,
        "summary": words.summary,
        "agency": document.agency,
        "topics": list(document.topics),
        "life_events": list(document.life_events),
        "sign_in": document.sign_in,
        "page": settings.CIVIUM_ORIGIN + page,
        "self": _address("service", service=offer.name),
    }


def _with_files(answers: dict[str, Any]) -> dict[str, Any]:
    """The schema as programs answer it: a file comes along with its bytes, where a page sends its id."""
    if answers.get("items", {}).get("properties", {}).keys() == {"id", "name"}:
        sent = {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "content": {"type": "string", "contentEncoding": "base64"},
            },
            "required": ["name", "content"],
            "additionalProperties": False,
        }
        return {**answers, "items": sent}
    return {name: _with_files(part) if isinstance(part, dict) else part for name, part in answers.items()}


# --- applications -------------------------------------------------------------------------------------------------------


@api.post(
    "/v1/applications",
    response={201: schema.ApplicationState, **_CHANGES},
    auth=TokenFor("send", "application"),
    tags=["Applications"],
    summary="Apply for a service",
)
def apply(
    request: HttpRequest,
    application: schema.NewApplication,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            description="Sent again with the same key, the same request is answered as before and done once.",
        ),
    ] = None,
) -> HttpResponse:
    person, now = _person(request), timezone.now()

    def do() -> tuple[int, dict[str, Any]]:
        offer = get_offer(application.service)
        require(not offer.document.asks_again, SentHereOnly)
        language = (
            application.language if application.language in dict(settings.LANGUAGES) else person.language
        )
        sent = apply_at_once(offer, answers=application.answers, by=person, language=str(language), at=now)
        return 201, schema.ApplicationState(**_application(sent)).model_dump(mode="json")

    status, answer = (
        answer_once(idempotency_key, request.body.decode("utf-8", "replace"), do, by=person, at=now)
        if idempotency_key
        else do()
    )
    return JsonResponse(answer, status=status, headers={"Location": answer["self"]})


@api.get(
    "/v1/applications/{reference}",
    response={200: schema.ApplicationState, **_FOR_TOKENS},
    auth=TokenFor("open", "application"),
    tags=["Applications"],
    summary="Where an application stands",
)
def application(
    request: HttpRequest,
    reference: Annotated[
        str, Path(max_length=40, description="The case's reference, or the application's id.")
    ],
) -> Any:
    person = _person(request)
    return _application(get_application(_application_id(reference, person), for_=person))


@api.get(
    "/v1/applications/{reference}/corrections",
    response={200: schema.WhatIsAsked, **_FOR_TOKENS},
    auth=TokenFor("open", "application"),
    tags=["Applications"],
    summary="What the agency asks before it can go on: answers to correct, a question, or both",
)
def corrections(request: HttpRequest, reference: Reference) -> Any:
    asked = _open_question(_parsed(reference), _person(request))
    form = None
    if asked.named:
        form = get_correction(asked, language=get_language() or "en", for_=_person(request))
    return {
        "question": asked.words,
        "asked_at": asked.asked_at,
        "until": asked.until,
        "answers": [
            {
                "name": each.name,
                "label": each.key,
                "reason": each.reason,
                "value": form.value_of(each.name),
                "takes": _with_files(form.schema_of(each.name)),
            }
            for each in form.asked
        ]
        if form
        else [],
    }


@api.post(
    "/v1/applications/{reference}/corrections",
    response={200: schema.ApplicationState, **_CHANGES},
    auth=TokenFor("answer a question of", "case"),
    tags=["Applications"],
    summary="Answer what the agency asks; the clock goes on",
)
def correct(request: HttpRequest, reference: Reference, corrections: schema.NewCorrections) -> Any:
    person = _person(request)
    asked = _open_question(_parsed(reference), person)
    case = answer_at_once(
        asked,
        answers=corrections.answers,
        words=corrections.answer,
        language=get_language() or "en",
        by=person,
        at=timezone.now(),
    )
    return _application(get_application(UUID(case.subject.partition(":")[2]), for_=person))


class NothingAsked(NotFound):
    """Nobody waits for an answer, or the case is not the applicant's."""

    message = _("Nobody waits for an answer here.")


def _open_question(reference: str, person: Person) -> Question:
    case = get_case(reference, for_=person)
    require(case.applicant_id == person.pk, NotFound)
    found = next((each for each in find_questions(case) if each.is_open), None)
    if found is None:
        raise NothingAsked
    return found


def _application_id(reference: str, person: Person) -> UUID:
    try:
        return UUID(reference)
    except ValueError:
        case = get_case(_parsed(reference), for_=person)
        require(case.applicant_id == person.pk, NotFound)
        return UUID(case.subject.partition(":")[2])


def _application(found: Application) -> dict[str, Any]:
    case = found.case or get_case_of_subject(found.subject) if found.state == State.SENT else None
    due = get_payment_of(found.subject) if found.state == State.TO_PAY else None
    with override(found.language):
        pay_at = reverse("applications:pay", args=[found.pk])
    return {
        "id": found.id,
        "service": found.service,
        "version": found.version,
        "state": found.state,
        "sent_at": found.sent_at,
        "reference": case.reference if case else None,
        "status": case.shown_status if case else None,
        "due": f"{due.amount.amount} {due.amount.currency}" if due else None,
        "pay_at": settings.CIVIUM_ORIGIN + pay_at if due else None,
        "self": _address("application", reference=case.reference if case else str(found.id)),
    }


Answer = TypeVar("Answer", bound=Callable[..., Any])


def _at_the_desk(operation: Answer) -> Answer:
    """Staff read and change behind the wall between agencies; what is their own, as everybody."""

    @wraps(operation)
    def guarded(request: HttpRequest, *args: Any, **words: Any) -> Any:
        person = _person(request)
        if not person.works_here or words.get("queue") == "own":
            return operation(request, *args, **words)
        try:
            return behind_the_wall(person, lambda: operation(request, *args, **words))
        except NotFound:
            if not is_own_case(_parsed(words.get("reference", "")), person):
                raise
            return operation(request, *args, **words)

    return guarded  # type: ignore[return-value]


# --- cases ---------------------------------------------------------------------------------------------------------------


@api.get(
    "/v1/cases",
    response={200: schema.Cases, **_FOR_TOKENS},
    auth=TokenFor("see", "case"),
    tags=["Cases"],
    summary="Cases: one's own, or those of the agency that one works for",
)
@_at_the_desk
def cases(
    request: HttpRequest,
    queue: Annotated[
        Literal[
            "own",
            "mine",
            "for-my-role",
            "unassigned",
            "team",
            "due-soon",
            "late",
            "waiting",
            "closed",
            "found",
        ],
        Query(description="`own`: those one applied for. The others are the desk's."),
    ] = "own",
    service: Annotated[str, Query(max_length=60)] = "",
    step: Annotated[str, Query(max_length=60)] = "",
    agency: Annotated[str, Query(max_length=60)] = "",
    words: Annotated[
        str, Query(max_length=100, description="Found in the reference and the line about the case.")
    ] = "",
    after: After = None,
) -> Any:
    person, now = _person(request), timezone.now()
    if queue == "own":
        page = find_cases_of(person, after=after, limit=PAGE)
        shown = page.cases
    else:
        require(person.is_staff_member, NotFound)
        filters = Filters(agency=agency, service=service, step=step, words=words)
        page = find_queue(person, which=queue, at=now, filters=filters, after=after, limit=PAGE)
        shown = [case for case in page.cases if not case.has_party(person)]
    asked = {
        "queue": queue,
        "service": service,
        "step": step,
        "agency": agency,
        "words": words,
        "after": page.next,
    }
    return {
        "cases": [_case(case) for case in shown],
        "next": _next(request, {name: value for name, value in asked.items() if value})
        if page.next
        else None,
    }


@api.get(
    "/v1/cases/{reference}",
    response={200: schema.CaseDetail, **_FOR_TOKENS},
    auth=TokenFor("see", "case"),
    tags=["Cases"],
    summary="One case with its answers, story, messages and files",
)
@_at_the_desk
def case(request: HttpRequest, reference: Reference) -> Any:
    person, now = _person(request), timezone.now()
    found = get_case(_parsed(reference), for_=person)
    language = get_language() or "en"
    works = may_work_on(person, found)
    file = (
        open_case_file(found, by=person, language=language, at=now)
        if works
        else get_case_file(found, language=language, for_=person, at=now)
    )
    messages = find_messages(found, limit=100).messages
    ids = [
        *file.offer.form.file_ids(file.journey.answers),
        *(id for message in messages for id in message.files),
    ]
    return {
        **_case(found),
        "answers": file.journey.answers,
        "story": [{"at": line.at, "title": line.title, "by": line.by} for line in file.story],
        "messages": [
            {
                "id": message.pk,
                "at": message.sent_at,
                "from_applicant": message.is_from_applicant,
                "text": message.words,
                "files": message.files,
            }
            for message in messages
        ],
        "files": [_file(each) for each in find_files(dict.fromkeys(str(id) for id in ids))],
        "moves": [
            {
                "name": move.name,
                "to": move.to,
                "needs_reason": move.needs == "reason",
                "asks_applicant": move.asks_applicant,
            }
            for move in (available_moves(found, file.offer.steps, person, file.values) if works else [])
        ],
    }


@api.post(
    "/v1/cases/{reference}/moves",
    response={200: schema.CaseSummary, **_CHANGES},
    auth=TokenFor("move", "case"),
    tags=["Cases"],
    summary="Move a case by its service's own steps",
)
@_at_the_desk
def move(request: HttpRequest, reference: Reference, move: schema.NewMove) -> Any:
    person = _person(request)
    found = get_case(_parsed(reference), for_=person)
    work_on_case(found, by=person)
    moved = move_the_case(
        found,
        move=move.move,
        reason=move.reason,
        question=move.question,
        corrections=move.corrections or None,
        until=move.until,
        revision=move.revision,
        by=person,
        at=timezone.now(),
    )
    return _case(moved)


@api.post(
    "/v1/cases/{reference}/messages",
    response={201: schema.SentMessage, **_CHANGES},
    auth=TokenFor("write a message in", "case"),
    tags=["Cases"],
    summary="Write to the other side of a case",
)
@_at_the_desk
def message(request: HttpRequest, reference: Reference, message: schema.NewMessage) -> Any:
    return _send(request, reference, words=message.text)


@api.post(
    "/v1/cases/{reference}/files",
    response={201: schema.SentMessage, **_CHANGES},
    auth=TokenFor("write a message in", "case"),
    tags=["Cases"],
    summary="Send files to the other side of a case: PDF, JPG or PNG, 10 MB each, 5 at most",
)
@_at_the_desk
def files(
    request: HttpRequest, reference: Reference, files: Annotated[list[UploadedFile], File(max_length=5)]
) -> Any:
    return _send(request, reference, words="", uploads=files)


def _send(request: HttpRequest, reference: str, *, words: str, uploads: Any = ()) -> Any:
    person = _person(request)
    found = get_case(_parsed(reference), for_=person)
    if found.applicant_id != person.pk:
        work_on_case(found, by=person)
    sent = send_case_message(found, words=words, uploads=uploads, by=person, at=timezone.now())
    return Status(
        201,
        {
            "id": sent.pk,
            "at": sent.sent_at,
            "from_applicant": sent.is_from_applicant,
            "text": sent.words,
            "files": sent.files,
        },
    )


def _case(found: Case) -> dict[str, Any]:
    about = found.about
    counts = not found.lies_still  # known once the line was asked for
    return {
        "reference": found.reference,
        "service": found.service,
        "version": found.version,
        "agency": found.agency_id,
        "about": about,
        "lies_still": found.lies_still,
        "step": found.step,
        "status": found.shown_status,
        "opened_at": found.opened_at,
        "due_on": found.due_on if counts else None,
        "expected_on": found.expected_on if counts else None,
        "is_paused": found.is_paused,
        "closed_at": found.closed_at,
        "outcome": found.outcome or None,
        "revision": found.revision,
        "self": _address("case", reference=found.reference),
    }


def _file(file: Any) -> dict[str, Any]:
    return {
        "id": file.pk,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "state": file.state,
    }


# --- who looked, for a national portal ---

api.add_router(data_tracker.PREFIX, data_tracker.router)


# --- what all share -------------------------------------------------------------------------------------------------------


def _person(request: HttpRequest) -> Person:
    """Whose rights the token has."""
    person: Person = request.user  # type: ignore[assignment]
    return person


def _parsed(reference: str) -> str:
    return parse_reference(reference) or ""


def _address(name: str, **words: str) -> str:
    return settings.CIVIUM_ORIGIN + reverse(f"api:{name}", kwargs=words)


def _next(request: HttpRequest, query: dict[str, str | None]) -> str:
    return f"{settings.CIVIUM_ORIGIN}{request.path}?{urlencode(query)}"


# --- for people ---


@open_to(anyone)
@require_GET
@public_page()
def documentation(request: HttpRequest) -> HttpResponse:
    """All of this as people read it, made from the description."""
    described = api.get_openapi_schema()
    return render(
        request,
        "api/documentation.html",
        {
            "operations": shown_operations(described),
            "schemas": described["components"]["schemas"],
            "origin": settings.CIVIUM_ORIGIN,
        },
    )


# --- what is refused -------------------------------------------------------------------------------------------------------


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problems.of_refusal(refusal)


@api.exception_handler(ValidationError)
def mistaken(request: HttpRequest, error: ValidationError) -> HttpResponse:
    is_data_tracker = request.path.startswith(f"{api.get_root_path({})}{data_tracker.PREFIX.lstrip('/')}/")
    return problems.of_mistakes(error.errors, status=400 if is_data_tracker else 422)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problems.problem(
        401,
        "This needs a token that is good.",
        what_next="Send the header  Authorization: Bearer <token>.",
        headers={"WWW-Authenticate": 'Bearer realm="civium"'},
    )


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.of_refusal(NotFound())


@api.exception_handler(HttpError)
def not_understood(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.problem(error.status_code, str(error))


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.of_outage(request) if is_outage(error) else problems.of_defect(request)
