"""Who is told what when something is said about a case: the applicant in their language, colleagues without anybody's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from civium.engines.cases.actions.hand_over import hand_over
from civium.engines.cases.actions.take_over import take_over
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case, Message
from civium.engines.cases.queries import get_case
from civium.engines.cases.tasks import remind_applicants
from civium.engines.notices.models import Notice
from civium.engines.notices.queries import find_inbox
from civium.foundation.files.models import StoredFile
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.kit.refusals import NotFound
from civium.journeys.applications.actions.open_case_file import open_case_file
from civium.journeys.applications.actions.reopen_the_case import reopen_the_case
from civium.journeys.applications.actions.send_answer import TooManyAtOnce, UnusableFile
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.models import Certificate
from civium.journeys.applications.queries import (
    check_certificate,
    find_message_templates,
    get_case_file,
    get_document,
    get_filled_template,
)
from tests.applying import apply_for, move, upload
from tests.cast import NOW

LATER = NOW + dt.timedelta(days=2)


@pytest.fixture
def checked(her_case: Case, boris: Person) -> Case:
    """Boris has Amina's dog licence."""
    return move(her_case, "accept", by=boris)


def told(person: Person, kind: str) -> list[Notice]:
    run_waiting_jobs()
    return [notice for notice in find_inbox(person, limit=50).notices if notice.kind == kind]


def say(case: Case, words: str, *, by: Person, files: Any = ()) -> Message:
    message = send_case_message(case, words=words, uploads=files, by=by, at=LATER)
    run_waiting_jobs()
    return message


def test_the_applicant_gets_the_message_in_full(checked: Case, boris: Person, amina: Person) -> None:
    say(checked, "Please call your vet.\nThank you.", by=boris)
    [notice] = told(amina, "message")
    assert "Please call your vet" in notice.body
    assert checked.shown_reference in notice.subject


def test_whoever_has_the_case_hears_that_the_applicant_wrote_but_not_what(
    checked: Case, boris: Person, omar: Person, amina: Person
) -> None:
    say(checked, "My neighbour is ill.", by=amina)
    [notice] = told(boris, "applicant-wrote")
    assert "neighbour" not in notice.subject + notice.body
    assert "Amina" not in notice.subject + notice.body
    assert told(omar, "applicant-wrote") == []


def test_files_come_with_a_message_and_belong_to_the_case(
    checked: Case, boris: Person, amina: Person, ben: Person
) -> None:
    say(checked, "", by=boris, files=[upload("form.pdf")])
    [message] = get_case_file(checked, language="en", for_=amina).thread().messages
    assert [file.name for file in message.files] == ["form.pdf"]
    [file] = find_files_under(checked.subject)
    assert get_document(file.pk, for_=amina) == file
    with pytest.raises(NotFound):
        get_document(file.pk, for_=ben)
    assert "sent you files" in told(amina, "message")[0].body


def test_a_file_in_quarantine_is_there_by_name_alone(checked: Case, boris: Person, amina: Person) -> None:
    say(checked, "Look", by=amina, files=[upload("photo.pdf")])
    StoredFile.objects.filter(under=checked.subject).update(state="quarantined")
    file = open_case_file(checked, by=boris, language="en", at=LATER)
    [shown] = file.thread().messages[0].files
    assert (shown.name, shown.href, shown.state) == ("photo.pdf", "", "Being checked for viruses")


def test_a_refused_message_leaves_no_files(checked: Case, amina: Person, ben: Person) -> None:
    for uploads, refusal in (
        ([upload("a.pdf"), upload("b.exe", b"MZ")], UnusableFile),
        ([upload()] * 6, TooManyAtOnce),
    ):
        with pytest.raises(refusal):
            say(checked, "Here", by=amina, files=uploads)
    with pytest.raises(NotFound):
        say(checked, "Me too", by=ben, files=[upload()])
    assert find_files_under(checked.subject) == []


def test_a_reminder_comes_in_the_applicants_language(
    demo_services: dict[str, int],
    make_person: Callable[..., Person],
    boris: Person,
    time_machine: Any,
) -> None:
    case = move(apply_for(make_person("Lucia", language="es")), "accept", by=boris)
    move(case, "ask", by=boris, question="¿Cuál es el número?")
    for day in (12, 18):
        time_machine.move_to(dt.datetime(2026, 3, day, 9, tzinfo=dt.UTC), tick=False)
        remind_applicants.call()
        run_waiting_jobs()
    kinds = {notice.kind: notice.language for notice in find_inbox(case.applicant, limit=50).notices}
    assert kinds["answer-reminder"] == kinds["answer-overdue"] == "es"


def test_a_mentioned_colleague_is_told_and_the_applicant_never(
    checked: Case, boris: Person, omar: Person, amina: Person
) -> None:
    before = len(find_inbox(amina, limit=50).notices)
    write_note(checked, words="@Omar I do not trust this chip.", by=boris, at=LATER)
    [notice] = told(omar, "note-note")
    assert notice.subject.startswith("Boris mentioned you")
    assert "trust" not in notice.body
    assert len(find_inbox(amina, limit=50).notices) == before


def test_hands_are_told(checked: Case, boris: Person, omar: Person, chen: Person) -> None:
    case = hand_over(checked, to=omar, note="Yours.", by=boris, at=LATER, revision=checked.revision)
    assert told(omar, "note-hand-over")[0].subject.startswith("A case for you")
    take_over(case, reason="Too long.", by=chen, at=LATER, revision=case.revision)
    assert told(omar, "note-take-over")[0].subject.startswith("A case was taken over from you")


def test_nothing_between_colleagues_is_in_the_applicants_file(
    checked: Case, boris: Person, omar: Person, amina: Person
) -> None:
    write_note(checked, words="A secret suspicion", by=boris, at=NOW)
    hand_over(checked, to=omar, note="A secret reason", by=boris, at=LATER, revision=checked.revision)
    file = get_case_file(checked, language="en", for_=amina)
    assert file.notes == file.links_for(amina) == []
    assert not {"Note for colleagues", "Case handed to Omar"} & {line.title for line in file.story}
    theirs = open_case_file(checked, by=omar, language="en", at=LATER)
    assert {"Note for colleagues", "Case handed to Omar"} <= {line.title for line in theirs.story}
    assert [note.text for note in theirs.notes] == ["A secret suspicion", "A secret reason"]


# --- ready texts -----------------------------------------------------------------------------------------------------


def test_ready_texts_come_from_the_service_and_from_the_agency(checked: Case) -> None:
    assert [(each.name, each.title) for each in find_message_templates(checked, language="es")] == [
        ("chip-photo", "Pedir una foto de la página del chip"),
        ("on-it", "Estamos en ello"),
    ]


def test_a_ready_text_is_filled_in_the_applicants_language(
    demo_services: dict[str, int], make_person: Callable[..., Person]
) -> None:
    case = apply_for(make_person("Lucia", language="es"), dog_name="Ro((name))la")
    filled = get_filled_template(case, "chip-photo", language="en")
    assert (filled.title, filled.language) == ("Ask for a photo of the chip page", "es")
    assert "Hola, Lucia:" in filled.text
    assert "cartilla de vacunación de Ro((name))la" in filled.text
    assert filled.same_in_writers_language.startswith("Hello Lucia,")
    assert get_filled_template(case, "chip-photo", language="es").same_in_writers_language == ""
    with pytest.raises(NotFound):
        get_filled_template(case, "nothing", language="en")


# --- reopening -------------------------------------------------------------------------------------------------------


def test_a_reopened_case_ends_its_certificate_and_can_give_a_new_one(
    checked: Case, seal: object, omar: Person, chen: Person, amina: Person
) -> None:
    granted = move(checked, "grant", by=omar)
    first = Certificate.objects.get()
    case = reopen_the_case(
        granted, reason="The chip is another dog's.", revision=granted.revision, by=chen, at=LATER
    )
    [notice] = told(amina, "case-reopened")
    assert "no longer valid" in notice.body
    assert "another dog" in notice.body
    assert told(amina, "document-withdrawn") == []
    assert check_certificate(first.code, today=LATER.date(), language="en").state == "withdrawn"
    move(get_case(case.reference, for_=omar), "grant", by=omar, at=LATER + dt.timedelta(days=1))
    second = Certificate.objects.get(withdrawn_at=None)
    assert second.code != first.code
    assert check_certificate(second.code, today=LATER.date(), language="en").state == "valid"


def test_the_earlier_decision_is_kept_in_the_file(
    checked: Case, seal: object, omar: Person, chen: Person
) -> None:
    refused = move(checked, "refuse", by=omar, reason="No chip.")
    case = reopen_the_case(refused, reason="There is one.", revision=refused.revision, by=chen, at=LATER)
    file = open_case_file(case, by=omar, language="en", at=LATER)
    [earlier] = file.earlier_decisions
    assert (earlier.title, earlier.reason, earlier.why_set_aside) == ("Refused", "No chip.", "There is one.")
    assert file.decision is None
