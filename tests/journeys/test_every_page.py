"""Every page that the journeys pass in English is looked at from right to left too, full and empty, on a phone and on a desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.engines.notices.queries import find_inbox
from civium.foundation.identity.models import Person
from civium.foundation.jobs.models import QueuedJob
from civium.journeys.applications.models import Certificate
from civium.journeys.catalogue.queries import get_offer
from tests.applying import QUESTION, REASON, apply_for, begin, checkout, fill_in, move, provider_says, send
from tests.browser import DESKTOP, PHONE, Watch
from tests.journeys.conftest import Looks

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
LONG = "ليلى بنت عبد الرحمن الخطيب-الأندلسي " * 3


@pytest.fixture
def people(town: object, make_person: Callable[..., Person]) -> dict[str, Person]:
    """Somebody with a long name, and staff."""
    return {
        "layla": make_person("Layla", language="ar"),
        "newcomer": make_person("Newcomer", language="ar"),
        "clerk": make_person("Clerk", role="clerk", agency="animal-welfare", language="ar"),
        "officer": make_person("Officer", role="officer", agency="animal-welfare", language="ar"),
        "finance": make_person("Finance", role="finance", language="ar"),
        "administrator": make_person("Admin", role="administrator", language="ar"),
        "designer": make_person("Designer", role="designer", language="ar"),
        "protector": make_person("Protector", role="data-protection-officer", language="ar"),
    }


@pytest.fixture
def places(people: dict[str, Person]) -> dict[str, list[str]]:
    """The addresses that each of them visits; Layla has something in every state."""
    layla, clerk, officer = people["layla"], people["clerk"], people["officer"]
    now = timezone.now()
    granted = move(_accepted(layla, clerk, now), "grant", by=officer, at=now)
    refused = move(_accepted(layla, clerk, now), "refuse", by=officer, at=now, reason=REASON)
    asked = move(_accepted(layla, clerk, now), "ask", by=clerk, at=now, question=QUESTION)
    fresh = apply_for(layla, example=2, at=now, dog_name="قمر " * 9)
    to_pay = send(fill_in(begin(layla, at=now), at=now), at=now)
    provider_says(checkout(to_pay, at=now), at=now, amount=100)
    draft = fill_in(begin(layla, "heating-allowance", at=now), 2, at=now)
    QueuedJob.objects.update(status="FAILED", finished_at=now)
    row = open_answers(draft.draft)["members"][0]["_id"]
    code = Certificate.objects.get(application__id=granted.subject.partition(":")[2]).code
    desk = f"desk/cases/{asked.reference}/"
    return {
        "layla": [
            "my/",
            *(f"my/cases/{case.reference}/" for case in (granted, refused, asked, fresh)),
            "my/documents/",
            "my/messages/",
            f"my/messages/{find_inbox(layla).notices[0].id}/",
            "my/profile/",
            "apply/heating-allowance/",
            "apply/building-permit/",
            f"applications/{to_pay.id}/pay/",
            f"applications/{fresh.subject.partition(':')[2]}/sent/",
            f"applications/{draft.id}/check/",
            f"applications/{draft.id}/deletion/",
            *(f"applications/{draft.id}/pages/{page}/" for page in pages_of(draft.service)),
            f"applications/{draft.id}/pages/members/?row={row}",
            f"applications/{draft.id}/pages/members/?remove={row}",
            "account/2fa/",
            "account/email/",
            "nothing/here/",
        ],
        "newcomer": ["my/", "my/documents/", "my/messages/"],
        "clerk": ["desk/", "desk/?which=late", "desk/?which=messages", "desk/?which=closed", desk],
        "officer": [desk, f"{desk}moves/refuse/", f"desk/cases/{granted.reference}/"],
        "finance": ["desk/money/"],
        "administrator": ["desk/stuck/", "desk/staff/", "desk/staff/new/"],
        "designer": ["desk/services/"],
        "protector": ["desk/register/", "desk/retention/"],
        "": [
            "",
            "api/",
            "outbox/",
            f"certificates/{code}/",
            "certificates/ABCD-EFGH-JKMN-PQRS/",
            "account/login/",
        ],
    }


def _accepted(person: Person, clerk: Person, now: dt.datetime) -> Case:
    case = apply_for(person, example=2, at=now, owner_name=LONG[:100], breed="x" * 60)
    return move(case, "accept", by=clerk, at=now)


def pages_of(service: str) -> list[str]:
    """The names of a form's pages."""
    return [page.name for page in get_offer(service).form.pages]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_reads_from_right_to_left(
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    people: dict[str, Person],
    places: dict[str, list[str]],
    width: int,
) -> None:
    watch.expected.append("status of 404")
    for who, addresses in places.items():
        page = open_as(by=people.get(who), language="ar", width=width)
        for address in addresses:
            page.goto(f"/ar/{address}")
            assert page.locator("html").get_attribute("dir") == "rtl", address
            look(page)
        page.close()
