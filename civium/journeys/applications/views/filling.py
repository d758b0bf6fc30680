"""Filling in: starting, answering page by page, checking, sending, deleting what was not sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.engines.forms.actions.keep_typed import keep_typed
from civium.engines.forms.queries import open_typed
from civium.engines.forms.rules import Journey, PageReading, PageView, Section, Turn, rows_wanted
from civium.foundation.design.showing import day
from civium.foundation.identity.actions.limit_tries import TooManyTries, limit_tries
from civium.foundation.identity.actions.welcome_guest import AddressUnusable, give_contact, usable_address
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import (
    NotWhileActing,
    acting_of,
    ask_again,
    household_of,
    is_freshly_signed_in,
    open_to,
    start_acting,
)
from civium.foundation.identity.queries import find_names, find_organisations_among, find_standing_mandates
from civium.foundation.identity.rules import may_for_another, powers_in
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer, get_carried_answers, get_offer

from ..actions.change_version import change_version
from ..actions.drop_application import delete_for_good, may_delete
from ..actions.save_page import save_page
from ..actions.say_ready import say_ready
from ..actions.send_application import NotComplete, NotShownLately, send_application
from ..actions.start_application import (
    NotVerified,
    OnlyOrganisations,
    OnlyPeople,
    refuse_other_kinds,
    start_again,
    start_application,
    start_as_guest,
)
from ..models import Application, State
from ..policy import (
    ApplicantRequest,
    acts_for_another,
    applicant,
    applicant_of,
    applicant_or_who_may,
    beginner,
    find_let_in,
    let_in,
    may,
    shut_out,
    take_posted,
)
from ..queries import (
    find_cases_to_name,
    find_done_by_others,
    find_open_applications_for,
    get_application,
    with_cases_named,
)
from ..rules import said_of_self
from ..versions import compare
from ._where import (
    actor_of,
    home_of,
    is_guest,
    is_helper,
    journey_of,
    kept_words,
    language,
    notes_about,
    offer_of,
    where_it_stands,
)
from .paying import shown_money


def _first_page(application: Application) -> HttpResponse:
    """Where a new application begins: also when a register has filled in that page, for its owner to see and correct."""
    return redirect("applications:page", id=application.pk, page=journey_of(application).page_names[0])


@open_to(beginner)
@require_http_methods(["GET", "POST"])
def start(request: ApplicantRequest, service: str) -> HttpResponse:
    """Begin an application, or go on with one that is open; without an account where the service asks for none."""
    offer = get_offer(service)
    if request.method == "POST":
        _choose_for_whom(request, offer)
    standing = _standing(request, service)
    if request.method == "POST" and not _must_choose(request, offer):
        return _begin(request, offer, standing)
    acting = acting_of(request)
    person = acting.giver if acting else request.user
    wrong_kind = _wrong_kind(offer, person)
    unproved = person.is_authenticated and not person.reaches(offer.document.sign_in) and not wrong_kind
    return render(
        request,
        "applications/start.html",
        {
            "service": service,
            "said": offer.words(language()),
            "standing": [_shown_draft(each) for each in standing],
            "moved_on": any(each.version != offer.version for each in standing),
            "several": offer.document.several,
            "prefills": bool(offer.document.prefill) and person.is_authenticated,
            "withdrawn": offer.is_withdrawn,
            "unproved": unproved,
            "here": request.get_full_path(),
            "needs": offer.document.sign_in,
            "acting": acting,
            "may_fill": acting is None or may_for_another("fill", acting.powers(service)),
            "others": _others(request, offer) if acting is None else [],
            "wrong_kind": wrong_kind,
            "nobody_chosen": request.method == "POST",
        },
        status=422 if request.method == "POST" else 200,
    )


def _must_choose(request: ApplicantRequest, offer: Offer) -> bool:
    """Whether the visitor acts for organisations that can apply, and did not say for which one they do."""
    return (
        acting_of(request) is None
        and _wrong_kind(offer, request.user) == "person"
        and bool(_others(request, offer))
    )


def _wrong_kind(offer: Offer, person: Person) -> str:
    """Why the person is not one who can apply: ``person``, where only organisations can; ``organisation``, where only people."""
    if not person.is_authenticated:
        return "" if "person" in offer.document.applicants else "person"
    try:
        refuse_other_kinds(offer, person)
    except OnlyOrganisations:
        return "person"
    except OnlyPeople:
        return "organisation"
    return ""


def _others(request: ApplicantRequest, offer: Offer) -> list[tuple[str, str]]:
    """For whom else the visitor may begin this: who gave them a mandate to fill it in, and can apply for it."""
    if not request.user.is_authenticated:
        return []
    standing = find_standing_mandates(request.user, at=timezone.now())
    givers = [each.giver_id for each in standing if may_for_another("fill", powers_in(offer.name, [each]))]
    if len(offer.document.applicants) == 1:
        organisations, wanted = find_organisations_among(givers), "organisation" in offer.document.applicants
        givers = [each for each in givers if (each in organisations) == wanted]
    names = find_names(givers)
    return [(str(giver), names.get(giver) or _("Somebody without a name")) for giver in dict.fromkeys(givers)]


def _choose_for_whom(request: ApplicantRequest, offer: Offer) -> None:
    """Whoever chose somebody else on the start page acts for them from here on."""
    chosen = request.POST.get("for", "")
    if chosen and chosen != "me" and request.user.is_authenticated and acting_of(request) is None:
        if chosen not in dict(_others(request, offer)):
            raise NotWhileActing
        start_acting(request, UUID(chosen))


def _standing(request: ApplicantRequest, service: str) -> list[Application]:
    """What is open already: of the account, or what this browser began without one."""
    acting = acting_of(request)
    if acting is not None:
        may_see = may_for_another("view", acting.powers(service))
        return find_open_applications_for(acting.giver, service) if may_see else []
    if request.user.is_authenticated:
        return find_open_applications_for(request.user, service)
    return find_let_in(request, service)


def _begin(request: ApplicantRequest, offer: Offer, standing: list[Application]) -> HttpResponse:
    now, again = timezone.now(), request.POST.get("again") == "yes"
    carried = get_carried_answers(offer, request.GET.get("carry", ""), at=now)
    another = offer.document.several and request.POST.get("another") == "yes"
    if not request.user.is_authenticated:
        if standing and not (again or another):
            return where_it_stands(standing[0])
        if again:
            for each in standing:
                delete_for_good(each, by=each.applicant, at=now)
        limit_tries("begin-as-guest", who=household_of(request), most=30, within=timedelta(hours=1), at=now)
        application = start_as_guest(offer, language=language(), at=now, carried=carried)
        let_in(request, application, at=now)
        return _first_page(application)
    acting = acting_of(request)
    if acting is not None and (not may_for_another("fill", acting.powers(offer.name)) or again):
        raise NotWhileActing  # deleting what was begun is for its owner
    by = acting.giver if acting else request.user
    who_and_when: dict[str, Any] = {"by": by, "language": language(), "at": now, "carried": carried}
    try:
        if standing and again and not offer.document.several:
            return _first_page(start_again(standing[0], offer=offer, **who_and_when))
        application = start_application(offer, another=another, **who_and_when)
    except NotVerified:
        if acting is not None:
            raise
        return _prove(request.get_full_path(), offer.document.sign_in)
    is_new = application.pk not in {each.pk for each in standing}
    return _first_page(application) if is_new else where_it_stands(application)


def _prove(onward: str, level: str) -> HttpResponse:
    """To where people show who they are, as surely as the service asks, and back."""
    return redirect(f"{reverse('federation:choose')}?{urlencode({'next': onward, 'level': level})}")


def _shown_draft(application: Application) -> dict[str, Any]:
    return {
        "id": application.pk,
        "started": day(the_town().today(application.started_at)),
        "until": kept_words(application),
    }


@open_to(applicant_or_who_may(read="view"))
@require_GET
def resume(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """Go on where the applicant stopped."""
    return where_it_stands(get_application(id, for_=applicant_of(request)))


@open_to(applicant_or_who_may(read="view", send="fill", keeps_posts=True))
@require_http_methods(["GET", "POST"])
def page(request: ApplicantRequest, id: UUID, page: str) -> HttpResponse:
    """One page of questions, a list of rows, or one row of it. ``?change`` came from check-your-answers and leads back."""
    application = get_application(id, for_=applicant_of(request))
    if application.state != State.DRAFT:
        _say_not_saved(request)
        return where_it_stands(application)
    journey, turn = journey_of(application), Turn.of(request.GET)
    if not journey.can_visit(page):
        _say_not_saved(request)
        return where_it_stands(application, journey)
    if request.method == "GET":
        return _show_page(request, application, journey, page, turn, _typed(request, application, journey))
    form = offer_of(application).form
    reading = form.read_page(page, journey, request.POST, request.FILES, language=language(), turn=turn)
    if reading.is_fine or reading.uploads:
        reading = save_page(application, reading, by=actor_of(request, application), at=timezone.now())
    if reading.left_out:
        _keep_left_out(request, application, reading)
    if reading.for_later and not _ways_out(request, application)["later"]:
        return redirect(home_of(request))
    if reading.for_later:
        for problem in reading.errors.values():  # only what became of the files: other mistakes are left out
            messages.warning(request, problem)
        return redirect("applications:later", id=application.pk)
    if not reading.is_fine:
        return _show_page(request, application, journey, page, turn, reading)
    return _next_page(request, get_application(id, for_=applicant_of(request)), page, reading)


def _typed(request: ApplicantRequest, application: Application, journey: Journey) -> PageReading | None:
    """The page as it was being typed when its window closed, or its session ended; None when nothing was."""
    words = request.resolver_match.kwargs if request.resolver_match else {}
    place = place_typed(words["page"], request)
    if late := take_posted(request):
        keep_typed(application.draft, place=place, posted=late, at=timezone.now())
        application.draft.refresh_from_db()
        messages.info(
            request,
            _(
                "You were signed out while you filled in this page. What you typed is here again. Files you must choose again."
            ),
        )
    kept = open_typed(application.draft).get(place)
    if kept is None:
        return None
    boxes = MultiValueDict(kept["boxes"])
    form, turn = offer_of(application).form, Turn.of(request.GET)
    return form.typed_again(words["page"], journey, boxes, language=language(), turn=turn)


def _keep_left_out(request: HttpRequest, application: Application, reading: PageReading) -> None:
    """What was typed and cannot be an answer stands in its box again when they come back; of a row, beside what was saved of it."""
    is_saved_row = reading.row_id and reading.values
    keep_typed(
        application.draft,
        place=f"{reading.page}?{reading.row_id}" if is_saved_row else place_typed(reading.page, request),
        posted={name: request.POST.getlist(name) for name in request.POST},
        at=timezone.now(),
    )


def place_typed(page: str, request: HttpRequest) -> str:
    """What a page and its turn are called where typed words are kept."""
    turn = Turn.of(request.GET)
    return f"{page}?{turn.row}" if turn.row else page


@open_to(applicant_or_who_may(read="view", send="fill"))
@require_POST
def typed(request: ApplicantRequest, id: UUID, page: str) -> HttpResponse:
    """Keep what is being typed, unchecked, while it is typed: a closed window loses nothing."""
    application = get_application(id, for_=applicant_of(request))
    is_kept = application.state == State.DRAFT and keep_typed(
        application.draft,
        place=place_typed(page[:60], request),
        posted={name: request.POST.getlist(name) for name in request.POST},
        at=timezone.now(),
    )
    return HttpResponse(status=204 if is_kept else 409)


def _say_not_saved(request: HttpRequest) -> None:
    """What was posted from a window that has become old is not kept; whoever posted it must know."""
    if request.method == "POST":
        messages.warning(
            request,
            _("Something you answered in another window changed this form, so this page was not saved."),
        )


def _show_page(
    request: HttpRequest,
    application: Application,
    journey: Journey,
    page: str,
    turn: Turn,
    reading: PageReading | None = None,
) -> HttpResponse:
    template, shown = offer_of(application).form.show_page(
        page,
        journey,
        language=language(),
        turn=turn,
        reading=reading,
        change_url=_change_url(application),
    )
    context = {
        **shown,
        "service_title": offer_of(application).words(language()).title,
        "other_ways": offer_of(application).words(language()).other_ways,
        "back": _back(request, application, journey, page, turn),
        "is_filled_in": _is_filled_in(application, journey, page),
        "live_check": reverse("applications:live_check", args=[application.pk, page]),
        "keep": _keep(request, application, page),
        "notes": notes_about(request, application),
        "own_cases": _own_cases(request, application, shown["form_page"]),
        **_ways_out(request, application),
    }
    response = render(
        request, template, context, status=422 if reading is not None and reading.errors else 200
    )
    if reading is not None and request.method == "POST":
        # An answer to a POST that no browser keeps cannot be come back to: Back would ask to send the form again.
        response["Cache-Control"] = "private, no-cache"
    return response


def _own_cases(
    request: HttpRequest, application: Application, view: PageView
) -> dict[str, list[tuple[str, str]]] | None:
    """The applicant's cases, to choose one where a question of the page asks for it; None where somebody else fills in, who may not see them."""
    if request.user.pk != application.applicant_id or acts_for_another(request):
        return None
    return find_cases_to_name(view, application.applicant, language=language())


def _with_cases_named(
    request: HttpRequest, application: Application, sections: Sequence[Section]
) -> Sequence[Section]:
    """Which case of theirs the applicant chose, in words. Whoever fills in for them sees the reference alone."""
    if request.user.pk != application.applicant_id or acts_for_another(request):
        return sections
    form = offer_of(application).form
    return with_cases_named(sections, form, application.applicant, language=language())


def _ways_out(request: HttpRequest, application: Application) -> dict[str, str]:
    """Ways back and deleting, for the applicant: a way back would outlive a mandate, and help. A guest who is helped needs one."""
    helps = is_helper(request, application)
    if acts_for_another(request) or (helps and not application.applicant.is_guest):
        return {"later": "", "drop": ""}
    return {
        "later": reverse("applications:later", args=[application.pk]),
        "drop": "" if helps else reverse("applications:drop", args=[application.pk]),
    }


def _change_url(application: Application) -> Callable[[str, str], str]:
    """Where an answer of a page, or of one row of its list, is changed."""

    def address(page: str, row: str) -> str:
        own = reverse("applications:page", args=[application.pk, page])
        return f"{own}?row={row}&change" if row else f"{own}?change"

    return address


def _keep(request: HttpRequest, application: Application, page: str) -> str:
    row = Turn.of(request.GET).row
    place = reverse("applications:typed", args=[application.pk, page])
    return f"{place}?{urlencode({'row': row})}" if row else place


def _is_filled_in(application: Application, journey: Journey, page: str) -> bool:
    """Whether answers of this page stand there that its owner has not seen yet: nothing was ever saved."""
    state = journey.state(page)
    return application.draft.revision == 1 and state.answered is not None and bool(state.answered.answers)


def _back(request: HttpRequest, application: Application, journey: Journey, page: str, turn: Turn) -> str:
    own = reverse("applications:page", args=[application.pk, page])
    query = "?change" if "change" in request.GET else ""
    if turn.row or turn.remove:
        return own + query
    if query and journey.is_complete:
        return reverse("applications:check", args=[application.pk])
    before = journey.before(page)
    if before is None:
        return reverse("applications:start", args=[application.service])
    return reverse("applications:page", args=[application.pk, before]) + query


def _next_page(
    request: HttpRequest, application: Application, page: str, reading: PageReading
) -> HttpResponse:
    journey, changing = journey_of(application), "change" in request.GET
    if reading.then is not None:
        query = reading.then.removeprefix("?")
        together = "&".join(part for part in (query, "change" if changing else "") if part)
        return redirect(
            reverse("applications:page", args=[application.pk, page]) + (f"?{together}" if together else "")
        )
    following = journey.after(page, changing=changing)
    if following is None:
        return redirect("applications:check", id=application.pk)
    # Whoever changes an answer is asked what follows from it, and nothing else again.
    query = "?change" if changing else ""
    return redirect(reverse("applications:page", args=[application.pk, following]) + query)


@open_to(applicant_or_who_may(read="view", send="fill"))
@require_POST
def live_check(request: ApplicantRequest, id: UUID, page: str) -> HttpResponse:
    """What is wrong with one field as it is left: by the same rule as the page. Nothing is saved."""
    application = get_application(id, for_=applicant_of(request))
    field = request.POST.get("_field", "")
    today = the_town().today(timezone.now())
    error = offer_of(application).form.check_field(
        page, field, request.POST, language=language(), today=today
    )
    return render(request, "applications/_field_error.html", {"field": field, "error": error})


@open_to(applicant_or_who_may(read="view", send="sign", ready="fill"))
@require_http_methods(["GET", "POST"])
def check_answers(request: ApplicantRequest, id: UUID) -> HttpResponseBase:
    """Everything answered, with a way to change each answer; then send."""
    application = get_application(id, for_=applicant_of(request))
    if application.state != State.DRAFT:
        return where_it_stands(application)
    if request.method == "POST":
        return _send(request, application)
    journey = journey_of(application)
    if not journey.is_complete:
        return where_it_stands(application, journey)
    return _show_check(request, application, journey)


def _send(request: ApplicantRequest, application: Application) -> HttpResponseBase:
    now, person = timezone.now(), application.applicant
    try:
        if person.is_guest:
            _take_contact(request, application)
        if request.POST.get("do") == "ready" and acts_for_another(request):
            return _say_ready(request, application)
        sent = send_application(
            application,
            by=actor_of(request, application),
            at=now,
            is_shown_lately=is_freshly_signed_in(request),
        )
        return where_it_stands(sent)
    except NotShownLately:
        return ask_again(request)
    except (AddressUnusable, AddressNeeded, TooManyTries) as refusal:
        journey = journey_of(application)
        return _show_check(request, application, journey, problem=str(refusal.message))
    except NotVerified:
        if acts_for_another(request):
            raise
        return _prove(request.path, offer_of(application).document.sign_in)
    except NotComplete:
        messages.warning(
            request,
            _("Something you answered in another window changed this form. Answer this page, then send."),
        )
        return where_it_stands(get_application(application.pk, for_=applicant_of(request)))


def _say_ready(request: ApplicantRequest, application: Application) -> HttpResponse:
    """Whoever may fill in but not send tells the applicant that it is their turn."""
    if not journey_of(application).is_complete:
        raise NotComplete
    say_ready(application, by=actor_of(request, application), at=timezone.now())
    messages.success(request, _("We told them that it is ready to be checked and sent."))
    return redirect(home_of(request))


class AddressNeeded(Refusal):
    """The service writes to its applicants, so it needs an address."""

    message = gettext_lazy("Enter your e-mail address. For this service we must be able to write to you.")
    status = 422


def _take_contact(request: ApplicantRequest, application: Application) -> None:
    """Where the receipt goes: asked at the end, of whoever has no account."""
    offer, now = offer_of(application), timezone.now()
    email = _kept_address(request, application) or _typed_address(
        request, is_needed=offer.document.needs_email
    )
    if email and email != application.applicant.mail_address:
        limit_tries("mail-to", who=email.casefold(), most=5, within=timedelta(days=1), at=now)
    name, _email = said_of_self(offer.form, offer.document.prefill, journey_of(application).answers)
    give_contact(application.applicant, name=name, email=email, by=actor_of(request, application), at=now)


def _kept_address(request: HttpRequest, application: Application) -> str:
    """The guest's address that whoever helps them leaves as it is; empty where it is asked for."""
    return application.applicant.mail_address if is_helper(request, application) else ""


def _typed_address(request: HttpRequest, *, is_needed: bool) -> str:
    try:
        email = usable_address(request.POST.get("email", ""))
    except AddressUnusable:
        if is_needed:  # then nobody may leave it empty, as that refusal offers
            words = gettext_lazy("Enter an email address in the correct format, like name@example.com")
            raise AddressUnusable(words) from None
        raise
    if is_needed and not email:
        raise AddressNeeded
    return email


def _show_check(
    request: ApplicantRequest, application: Application, journey: Journey, *, problem: str = ""
) -> HttpResponse:
    offer = offer_of(application)

    words, person = offer.words(language()), application.applicant
    due = offer.fee.due(journey.values) if offer.fee else None
    _name, said_email = said_of_self(offer.form, offer.document.prefill, journey.answers)
    kept = _kept_address(request, application) if person.is_guest else ""
    return render(
        request,
        "applications/check.html",
        {
            "summary": _with_cases_named(
                request,
                application,
                offer.form.summary(
                    journey.answers,
                    language=language(),
                    today=journey.today,
                    change_url=_change_url(application),
                    rows_from=rows_wanted(request.GET),
                ),
            ),
            "back": reverse("applications:page", args=[application.pk, journey.page_names[-1]]),
            "service_title": words.title,
            "fee": due,
            "fee_lines": [(words.fee.get(name, name), shown_money(amount)) for name, amount in due.lines]
            if due
            else [],
            "pays": due is not None and not due.nothing_to_pay,
            **_ways_out(request, application),
            "may_send": may(request, "sign"),
            "may_fill": may(request, "fill"),
            "applicant": application.applicant,
            "notes": notes_about(request, application),
            "problem": problem,
            "asks_email": person.is_guest and not kept,
            "kept_email": kept,
            "needs_email": offer.document.needs_email,
            "email": request.POST.get("email", person.mail_address or said_email) if person.is_guest else "",
        },
        status=422 if problem else 200,
    )


@open_to(applicant)
@require_http_methods(["GET", "POST"])
def drop(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """Delete an application that was not sent, after asking once."""
    application = get_application(id, for_=applicant_of(request))
    by = actor_of(request, application)
    require(may_delete(application, by=by), NotFound)
    if not application.is_open:
        return where_it_stands(application)
    if request.method == "POST":
        delete_for_good(application, by=by, at=timezone.now())
        if is_guest(request):
            shut_out(request, application)
            messages.success(request, _("Your answers are deleted."))
        return redirect(home_of(request))
    return render(
        request,
        "applications/drop.html",
        {
            "application": application,
            "said": offer_of(application).words(language()),
            "begins_anew": "again" in request.GET,
            "home": home_of(request),
        },
    )


@open_to(applicant_or_who_may(read="view"))
@require_GET
def answers(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """What was answered so far, to read, print or keep as a file, also when the service is gone."""
    application = get_application(id, for_=applicant_of(request))
    if not application.is_open:
        return where_it_stands(application)
    journey, offer = journey_of(application), offer_of(application)
    response = render(
        request,
        "applications/answers.html",
        {
            "application": application,
            "said": offer.words(language()),
            "summary": offer.form.summary(
                journey.answers,
                language=language(),
                today=journey.today,
                rows_from=rows_wanted(request.GET),
            ),
            "until": kept_words(application),
            "withdrawn": get_offer(application.service).is_withdrawn,
            "is_file": "file" in request.GET,
            "home": home_of(request),
            "done_by_others": [] if acts_for_another(request) else find_done_by_others(application),
            "drop": _ways_out(request, application)["drop"],
        },
    )
    if "file" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{application.service}.html"'
    return response


@open_to(applicant_or_who_may(read="view", send="fill"))
@require_http_methods(["GET", "POST"])
def version(request: ApplicantRequest, id: UUID) -> HttpResponse:
    """What moving to the newer form would change, and the move itself."""
    application = get_application(id, for_=applicant_of(request))
    offered = get_offer(application.service)
    if application.state != State.DRAFT or offered.is_withdrawn or offered.version == application.version:
        return where_it_stands(application)
    if request.method == "POST":
        moved = change_version(
            application, offer=offered, by=actor_of(request, application), at=timezone.now()
        )
        messages.success(request, _("This is the newer form. We kept every answer that still fits."))
        return where_it_stands(moved)
    return render(
        request,
        "applications/version.html",
        {
            "application": application,
            "said": offered.words(language()),
            "since": day(the_town().today(offered.published_at)) if offered.published_at else "",
            "change": compare(application, offered, language=language(), at=timezone.now()),
        },
    )
