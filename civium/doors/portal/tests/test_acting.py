"""Acting for somebody: as far as the mandate says, in the services it names, until the moment it ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.models import Case, Message
from civium.engines.forms.queries import open_answers
from civium.engines.notices.actions.carry_notice import carry_notice
from civium.engines.notices.models import Notice
from civium.engines.notices.queries import find_inbox
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.actions.answer_invitation import accept_mandate
from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.actions.invite_to_act import OnlyOneself, invite_to_act
from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.models import Basis, Mandate, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.kit.references import shown_reference
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import pseudonym
from civium.journeys.applications.models import Application, State
from civium.journeys.applications.queries import get_case_file
from tests.applying import apply_for, begin, case_of, downloaded, fill_in, send
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = pytest.mark.usefixtures("demo_services", "at_nine")
EVERYTHING = ("view", "fill", "sign", "pay", "receive")


def give(giver: Person, holder: Person, *powers: str, service: str = "dog-licence") -> Mandate:
    invited = invite_to_act(
        giver,
        email=holder.email,
        powers=powers or EVERYTHING,
        service=service,
        until=NOW.date() + dt.timedelta(days=30),
        by=giver,
        at=NOW,
    )
    return accept_mandate(invited.code, by=holder, at=NOW)


def acting(mandate: Mandate, holder: Person) -> Client:
    """The holder's browser after they chose to act under the mandate."""
    client = Client()
    client.force_login(holder)
    assert client.post(reverse("portal:act_for", args=[mandate.pk])).status_code == 302
    return client


@pytest.mark.parametrize(("language", "said"), [("ar", "من الآن فصاعدًا"), ("es", "Desde ahora actúas")])
def test_that_a_mandate_is_over_is_said_in_the_language_of_the_page(
    amina: Person, ben: Person, language: str, said: str
) -> None:
    mandate = give(amina, ben)
    client = acting(mandate, ben)
    end_mandate(mandate, by=amina, at=NOW)
    assert said in client.get(f"/{language}/my/").content.decode()


def get(client: Client, name: str, *words: Any) -> int:
    return int(client.get(reverse(name, args=words)).status_code)


def post(client: Client, name: str, *words: Any, **body: Any) -> int:
    return int(client.post(reverse(name, args=words), body).status_code)


def test_without_choosing_to_act_nothing_of_theirs_is_there(amina: Person, ben: Person) -> None:
    give(amina, ben)
    draft, client = begin(amina), Client()
    client.force_login(ben)
    assert get(client, "applications:answers", draft.pk) == 404


def test_seeing_is_reading_and_nothing_else(amina: Person, ben: Person) -> None:
    draft = fill_in(begin(amina))
    client = acting(give(amina, ben, "view"), ben)
    assert get(client, "applications:answers", draft.pk) == 200
    assert get(client, "applications:page", draft.pk, "dog") == 200
    for name, words in (
        ("applications:page", ("dog",)),
        ("applications:typed", ("dog",)),
        ("applications:live_check", ("dog",)),
        ("applications:check", ()),
        ("applications:version", ()),
    ):
        assert post(client, name, draft.pk, *words) == 404, name
    assert Application.objects.get().state == State.DRAFT


@pytest.mark.parametrize("name", ["drop", "later", "leave", "claim"])
def test_ways_back_and_deleting_are_for_the_applicant_alone(amina: Person, ben: Person, name: str) -> None:
    draft = begin(amina)
    client = acting(give(amina, ben), ben)
    assert {
        get(client, f"applications:{name}", draft.pk),
        post(client, f"applications:{name}", draft.pk),
    } == {404}
    page = client.get(reverse("applications:page", args=[draft.pk, "dog"])).content.decode()
    assert reverse("applications:drop", args=[draft.pk]) not in page
    assert reverse("applications:later", args=[draft.pk]) not in page


def test_whoever_may_fill_but_not_send_tells_the_applicant(amina: Person, ben: Person) -> None:
    draft = fill_in(begin(amina))
    client = acting(give(amina, ben, "fill"), ben)
    page = client.get(reverse("applications:check", args=[draft.pk])).content.decode()
    assert "only Amina can send it" in page
    assert post(client, "applications:check", draft.pk) == 404
    assert post(client, "applications:check", draft.pk, do="ready") == 302
    assert Application.objects.get().state == State.DRAFT
    last = Entry.objects.filter(kind="applications.ActedForApplicant").latest("id")
    assert (last.by_id, last.on_behalf_of_id) == (ben.pk, amina.pk)


def test_sending_for_somebody_says_so_to_everybody(amina: Person, ben: Person) -> None:
    draft = fill_in(begin(amina), 2)
    client = acting(give(amina, ben, "sign"), ben)
    assert post(client, "applications:check", draft.pk) == 302
    case = case_of(draft)
    assert case.applicant == amina
    mine = get_case_file(case, language="en", for_=amina).story
    assert ("Application sent", "Ben, for you") in {(line.title, line.by) for line in mine}
    reader = Person.objects.get(pk=amina.pk)
    reader.hands = ben
    his = get_case_file(case, language="en", for_=reader).story
    assert ("Application sent", "You, for Amina") in {(line.title, line.by) for line in his}
    assert ("Application started", "Amina") in {(line.title, line.by) for line in his}


def test_a_caseworker_reads_who_sent_it(amina: Person, ben: Person, boris: Person) -> None:
    draft = fill_in(begin(amina), 2)
    post(acting(give(amina, ben, "sign"), ben), "applications:check", draft.pk)
    client = Client()
    client.force_login(boris)
    page = client.get(reverse("desk:case", args=[case_of(draft).reference])).content.decode()
    assert "Ben, for the applicant" in page


def test_who_of_the_staff_read_the_name_of_whoever_acted_is_on_the_holders_page(
    amina: Person, ben: Person, boris: Person
) -> None:
    draft = fill_in(begin(amina), 2)
    post(acting(give(amina, ben, "sign"), ben), "applications:check", draft.pk)
    case, desk, his = case_of(draft), Client(), Client()
    desk.force_login(boris)
    assert get(desk, "desk:case", case.reference) == 200
    read = Entry.objects.get(stream=ben.vault_key, by_id=boris.pk, kind=DataRead.kind).event
    assert isinstance(read, DataRead)
    assert (read.purpose, read.role, read.agency) == ("work-on-case", "clerk", case.agency_id)
    assert (read.subject, read.kinds) == (case.subject, "name")
    his.force_login(ben)
    page = his.get(reverse("rights:who_looked")).content.decode()
    assert f"Clerk {pseudonym(boris.pk)}" in page
    assert "Somebody whom you know" not in page
    assert case.shown_reference in page
    assert reverse("portal:case", args=[case.reference]) not in page, "it is not his, and would not open"


def test_paying_needs_its_own_word(amina: Person, ben: Person) -> None:
    waiting = send(fill_in(begin(amina)))
    client = acting(give(amina, ben, "fill"), ben)
    page = client.get(reverse("applications:pay", args=[waiting.pk])).content.decode()
    assert "You may not pay for them" in page
    assert post(client, "applications:pay", waiting.pk, do="pay") == 404
    payer = acting(give(amina, ben, "pay"), ben)
    assert post(payer, "applications:pay", waiting.pk, do="pay") == 302
    assert Entry.objects.filter(kind="applications.ActedForApplicant", by_id=ben.pk).exists()


def test_only_the_service_that_is_named(amina: Person, ben: Person) -> None:
    other = begin(amina, "heating-allowance")
    client = acting(give(amina, ben), ben)
    assert get(client, "applications:answers", other.pk) == 404
    assert get(client, "applications:page", other.pk, "home") == 404
    assert "heating" not in client.get(reverse("portal:my_page")).content.decode().lower()
    assert post(client, "applications:start", "heating-allowance") == 404


def test_a_case_is_read_and_answered_as_far_as_allowed(amina: Person, ben: Person) -> None:
    case = apply_for(amina, example=2)
    reader = acting(give(amina, ben, "view"), ben)
    page = reader.get(reverse("portal:case", args=[case.reference])).content.decode()
    assert "Write to the team" not in page
    assert post(reader, "portal:case_message", case.reference, message="Hello") == 404
    assert get(reader, "applications:withdraw", case.subject.partition(":")[2]) == 404
    signer = acting(give(amina, ben, "sign"), ben)
    assert post(signer, "portal:case_message", case.reference, message="Hello") == 302
    assert Message.objects.count() == 1


def test_what_the_town_wrote_stays_unread_for_its_reader(amina: Person, ben: Person, boris: Person) -> None:
    case = apply_for(amina, example=2)
    send_message(case, words="A word.", by=boris, at=NOW)
    get(acting(give(amina, ben, "view"), ben), "portal:case", case.reference)
    assert Message.objects.get().read_at is None


def test_files_that_were_sent_are_seen_with_the_case(amina: Person, ben: Person) -> None:
    case = apply_for(amina, example=2)
    files = find_files_under(case.subject)
    made = give(amina, ben, "view")
    client = acting(made, ben)
    read = client.get(reverse("portal:document", args=[files[0].pk]))
    assert downloaded(read).startswith(b"%PDF")
    end_mandate(made, by=amina, at=NOW)
    assert get(client, "portal:document", files[0].pk) == 404


def test_it_ends_in_the_middle_of_a_form(amina: Person, ben: Person) -> None:
    """The next post is not found, says how to go on, and the draft is the owner's as it was."""
    draft = fill_in(begin(amina))
    before = open_answers(draft.draft)
    made = give(amina, ben)
    client = acting(made, ben)
    place = reverse("applications:page", args=[draft.pk, "dog"])
    assert client.get(place).status_code == 200
    end_mandate(made, by=amina, at=NOW)
    answer = client.post(place, {"dog_name": "Stolen"})
    assert answer.status_code == 404
    assert "“My page”" in answer.content.decode()
    assert open_answers(Application.objects.get().draft) == before
    assert "You act for" not in client.get(reverse("portal:my_page")).content.decode()


@pytest.mark.parametrize(
    "name", ["applications:answers", "applications:check", "applications:resume", "applications:sent"]
)
def test_every_open_page_ends_with_it(amina: Person, ben: Person, name: str) -> None:
    draft = fill_in(begin(amina))
    made = give(amina, ben)
    client = acting(made, ben)
    assert get(client, name, draft.pk) in (200, 302)
    end_mandate(made, by=ben, at=NOW)
    assert get(client, name, draft.pk) == 404


def test_it_is_over_at_the_towns_midnight(amina: Person, ben: Person, time_machine: Any) -> None:
    draft = begin(amina)
    client = acting(give(amina, ben), ben)
    last = dt.datetime(2026, 4, 1, 21, 59, 59, tzinfo=dt.UTC)  # 1 April, summer time
    time_machine.move_to(last, tick=False)
    client.force_login(ben)
    client.post(reverse("portal:act_for", args=[Mandate.objects.get().pk]))
    assert get(client, "applications:answers", draft.pk) == 200
    time_machine.move_to(last + dt.timedelta(seconds=1), tick=False)
    assert get(client, "applications:answers", draft.pk) == 404


def test_starting_for_somebody_is_chosen_on_the_start_page(amina: Person, ben: Person) -> None:
    give(amina, ben, "fill")
    client = Client()
    client.force_login(ben)
    place = reverse("applications:start", args=["dog-licence"])
    assert "For whom do you apply?" in client.get(place).content.decode()
    client.post(place, {"for": str(amina.pk)})
    begun = Application.objects.get()
    assert begun.applicant == amina
    started = Entry.objects.get(kind="applications.ApplicationStarted")
    assert (started.by_id, started.on_behalf_of_id) == (ben.pk, amina.pk)
    # The population register knows Amina; whoever acts for her learns nothing from it.
    assert set(open_answers(begun.draft)) <= {"owner_name"}
    assert not Entry.objects.filter(kind="registries.RegisterAsked").exists()


def test_nobody_starts_for_somebody_who_never_agreed(amina: Person, ben: Person, chen: Person) -> None:
    give(amina, ben, "view")
    client = Client()
    client.force_login(ben)
    for whom in (amina.pk, chen.pk, "nonsense"):
        assert post(client, "applications:start", "dog-licence", **{"for": str(whom)}) == 404
    assert not Application.objects.exists()


def test_the_frame_says_for_whom_until_one_stops(amina: Person, ben: Person) -> None:
    client = acting(give(amina, ben), ben)
    for name in (
        "portal:my_page",
        "portal:messages",
        "portal:profile",
        "catalogue:services",
        "account_email",
    ):
        assert "You act for" in client.get(reverse(name)).content.decode(), name
    client.post(reverse("portal:stop_acting"))
    assert "You act for" not in client.get(reverse("portal:my_page")).content.decode()


def test_the_rest_of_the_account_stays_ones_own(amina: Person, ben: Person) -> None:
    client = acting(give(amina, ben, service=""), ben)
    profile = client.get(reverse("portal:profile")).content.decode()
    assert ben.email in profile
    assert amina.email not in profile
    client.post(reverse("portal:profile"), {"name": "Changed"})
    assert Person.objects.get(pk=amina.pk).name == "Amina"


def test_while_acting_ones_own_applications_are_not_touched_by_mistake(amina: Person, ben: Person) -> None:
    own = begin(ben)
    client = acting(give(amina, ben), ben)
    assert get(client, "applications:answers", own.pk) == 404
    client.post(reverse("portal:stop_acting"))
    assert get(client, "applications:answers", own.pk) == 200


def test_the_giver_and_strangers_cannot_act_under_it(amina: Person, ben: Person, chen: Person) -> None:
    made = give(amina, ben)
    for person in (amina, chen):
        client = Client()
        client.force_login(person)
        assert post(client, "portal:act_for", made.pk) == 404


def test_long_and_right_to_left_names_do_not_break_the_frame(make_person: Any, ben: Person) -> None:
    layla = make_person("Layla")
    rename_person(layla, name="ليلى" * 50, by=layla, at=NOW)
    client = acting(give(layla, ben), ben)
    page = client.get(reverse("portal:my_page")).content.decode()
    assert f"<bdi>{'ليلى' * 50}</bdi>" in page


def copies(ben: Person, now: dt.datetime = NOW) -> list[str]:
    return [each.subject for each in find_inbox(ben, limit=50, now=now).notices if each.kind == "copy"]


def test_whoever_receives_gets_copies_with_the_name_on_them(amina: Person, ben: Person) -> None:
    give(amina, ben, "receive")
    apply_for(amina, example=2)
    run_waiting_jobs()
    (subject,) = copies(ben)
    assert subject.startswith("For Amina: ")


def test_without_that_word_or_for_another_service_there_is_no_copy(amina: Person, ben: Person) -> None:
    give(amina, ben, "view", "fill", "sign", "pay")
    give(amina, ben, "receive", service="library-card")
    apply_for(amina, example=2)
    run_waiting_jobs()
    assert copies(ben) == []


def test_copies_in_the_inbox_end_with_the_mandate(amina: Person, ben: Person) -> None:
    made = give(amina, ben, "receive")
    apply_for(amina, example=2)
    run_waiting_jobs()
    notice = Notice.objects.get(kind="copy")
    client = Client()
    client.force_login(ben)
    assert get(client, "portal:message", notice.pk) == 200
    after = dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)
    assert copies(ben, after) == []
    end_mandate(made, by=amina, at=NOW)
    assert get(client, "portal:message", notice.pk) == 404
    assert copies(ben) == []


def test_a_copy_on_its_way_is_not_carried_when_the_mandate_ended_meanwhile(
    amina: Person, ben: Person
) -> None:
    made = give(amina, ben, "receive")
    apply_for(amina, example=2)
    run_waiting_jobs()
    notice = Notice.objects.get(kind="copy")
    Notice.objects.filter(pk=notice.pk).update(state="waiting", carried_at=None)
    end_mandate(made, by=amina, at=NOW)
    carry_notice.func(str(notice.pk))
    notice.refresh_from_db()
    assert (notice.state, notice.carried_at) == ("ended", None)


def test_while_acting_the_page_of_ones_own_data_says_whose_it_is(amina: Person, ben: Person) -> None:
    client = acting(give(amina, ben, "view"), ben)
    said = "about you alone"
    assert said in client.get(reverse("rights:my_data")).content.decode()
    client.post(reverse("portal:stop_acting"))
    assert said not in client.get(reverse("rights:my_data")).content.decode()


# --- what nobody can let another do ---


@pytest.fixture
def asked_about_her_data(amina: Person) -> Case:
    publish_ours("data-request")
    return apply_for(amina, "data-request", 0)


def test_a_mandate_for_all_services_is_none_for_what_one_asks_about_ones_own_data(
    amina: Person, ben: Person, asked_about_her_data: Case
) -> None:
    begun = begin(amina, "data-request")
    client = acting(give(amina, ben, service=""), ben)
    number = asked_about_her_data.subject.partition(":")[2]
    assert post(client, "applications:start", "data-request") == 404
    assert get(client, "applications:page", begun.pk, "wish") == 404
    assert post(client, "applications:check", begun.pk) == 404
    assert get(client, "applications:answers", number) == 404
    assert post(client, "applications:withdraw", number) == 404
    assert get(client, "portal:case", asked_about_her_data.reference) == 404
    shown = client.get(reverse("portal:my_page")).content.decode()
    assert shown_reference(asked_about_her_data.reference) not in shown
    assert str(begun.pk) not in shown
    run_waiting_jobs()
    assert copies(ben) == []
    # The form still asks herself.
    own = Client()
    own.force_login(amina)
    assert get(own, "applications:page", begun.pk, "wish") == 200


def test_nobody_is_invited_for_what_one_asks_about_ones_own_data(
    amina: Person, ben: Person, asked_about_her_data: Case
) -> None:
    with pytest.raises(OnlyOneself):
        give(amina, ben, service="data-request")
    client = Client()
    client.force_login(amina)
    page = client.get(reverse("portal:invite_to_act")).content.decode()
    assert 'value="dog-licence"' in page
    assert 'value="data-request"' not in page


def test_whom_the_law_names_asks_for_those_they_speak_for(
    amina: Person, ben: Person, asked_about_her_data: Case
) -> None:
    mandate = give(amina, ben, service="")
    Mandate.objects.filter(pk=mandate.pk).update(basis=Basis.GUARDIAN)
    client = acting(mandate, ben)
    assert get(client, "portal:case", asked_about_her_data.reference) == 200
