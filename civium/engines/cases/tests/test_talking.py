"""Messages both ways, notes between colleagues, and who else has the case open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest

from civium.engines.cases.actions._changing import SomeoneWasFirst
from civium.engines.cases.actions._words import TooManyWords
from civium.engines.cases.actions.be_present import be_present, leave
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.read_messages import read_messages
from civium.engines.cases.actions.see_mentions import see_mentions
from civium.engines.cases.actions.send_message import (
    MOST_A_DAY,
    MessageMissing,
    TooManyMessages,
    send_message,
)
from civium.engines.cases.actions.write_note import NoteMissing, write_note
from civium.engines.cases.models import Case, Message, Note, Presence
from civium.engines.cases.queries import (
    count_queues,
    find_cases_of,
    find_mentions,
    find_messages,
    find_notes,
)
from civium.engines.cases.rules import mentioned, mentioned_in_vain
from civium.engines.cases.tasks import forget_presences
from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound


def kinds(case: Case) -> list[str]:
    return [entry.kind.removeprefix("cases.") for entry in find_entries([case.stream])]


def test_both_sides_write_and_see_what_was_read(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    send_message(case, words="Is my dog allowed on the beach?", by=amina, at=now)
    send_message(case, words="Not in summer.", by=boris, at=now + dt.timedelta(minutes=5))
    thread = find_messages(case)
    assert [(each.words, each.is_from_applicant, each.read_at) for each in thread.messages] == [
        ("Is my dog allowed on the beach?", True, None),
        ("Not in summer.", False, None),
    ]
    assert thread.earlier is None
    later = now + dt.timedelta(hours=1)
    assert (read_messages(case, by=amina, at=later), read_messages(case, by=amina, at=later)) == (1, 0)
    assert [each.read_at for each in find_messages(case).messages] == [None, later]
    assert kinds(case)[-3:] == ["MessageSent", "MessageSent", "MessagesRead"]


def test_words_are_sealed_and_never_on_the_record(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    message = send_message(case, words="My secret address", by=amina, at=now)
    note = write_note(case, words="A secret suspicion", by=boris, at=now)
    assert b"secret" not in bytes(Message.objects.get(pk=message.pk).words_sealed)
    assert b"secret" not in bytes(Note.objects.get(pk=note.pk).words_sealed)
    assert not Entry.objects.filter(data__contains="secret").exists()


def is_marked(case: Case) -> bool:
    case.refresh_from_db()
    return case.has_new_message


def test_a_message_marks_the_case_until_whoever_has_it_reads_it(
    case: Case, amina: Person, boris: Person, omar: Person, now: dt.datetime
) -> None:
    send_message(case, words="Hello", by=amina, at=now)
    read_messages(case, by=omar, at=now)
    assert is_marked(case)  # nobody has it: a look takes it from nobody's list
    read_messages(case, by=amina, at=now)
    assert is_marked(case)
    claim_case(case, by=boris, at=now, revision=case.revision)
    read_messages(case, by=omar, at=now)
    assert is_marked(case)
    read_messages(case, by=boris, at=now)
    assert not is_marked(case)


def test_an_answer_of_any_colleague_ends_the_mark(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    send_message(case, words="Hello", by=amina, at=now)
    case.refresh_from_db()
    send_message(case, words="Good day", by=boris, at=now)
    assert not is_marked(case)


def test_of_a_closed_case_the_first_reader_ends_the_mark(
    checked: Case, amina: Person, boris: Person, omar: Person, move: Callable[..., Case], now: dt.datetime
) -> None:
    closed = move(checked, "grant", by=omar)
    send_message(closed, words="Thank you", by=amina, at=now)
    read_messages(closed, by=amina, at=now)
    assert is_marked(closed)
    read_messages(closed, by=boris, at=now)
    assert not is_marked(closed)


def test_whoever_decides_while_the_applicant_writes_looks_again(
    checked: Case, amina: Person, omar: Person, move: Callable[..., Case], now: dt.datetime
) -> None:
    seen = checked.revision
    send_message(Case.objects.get(pk=checked.pk), words="Wait, the chip is new!", by=amina, at=now)
    with pytest.raises(SomeoneWasFirst) as first:
        move(Case.objects.get(pk=checked.pk), "grant", by=omar, revision=seen)
    assert str(first.value.message).startswith("The applicant wrote a message on")


def test_a_colleagues_note_or_message_stops_nobody(
    checked: Case, boris: Person, omar: Person, move: Callable[..., Case], now: dt.datetime
) -> None:
    send_message(checked, words="We are on it.", by=boris, at=now)
    write_note(checked, words="Looks fine.", by=boris, at=now)
    assert move(checked, "grant", by=omar).outcome == "granted"


def test_a_message_needs_words_or_files_and_not_without_limit(
    case: Case, amina: Person, now: dt.datetime
) -> None:
    with pytest.raises(MessageMissing):
        send_message(case, words=" \x00 ", by=amina, at=now)
    with pytest.raises(TooManyWords):
        send_message(case, words="x" * 5001, by=amina, at=now)
    file = uuid4()
    assert send_message(case, words="", files=[file], by=amina, at=now).files == [str(file)]


def test_an_applicant_cannot_flood_the_team(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    for number in range(MOST_A_DAY):
        send_message(case, words=str(number), by=amina, at=now)
    with pytest.raises(TooManyMessages):
        send_message(case, words="more", by=amina, at=now)
    send_message(case, words="We have them.", by=boris, at=now)
    send_message(case, words="Tomorrow", by=amina, at=now + dt.timedelta(days=1, seconds=1))


def test_long_threads_are_read_page_by_page(case: Case, boris: Person, now: dt.datetime) -> None:
    for number in range(45):
        send_message(case, words=str(number), by=boris, at=now + dt.timedelta(seconds=number // 2))
    read: list[str] = []
    mark: str | None = None
    while True:
        page = find_messages(case, before=mark)
        read = [each.words for each in page.messages] + read
        mark = page.earlier
        if mark is None:
            break
    assert sorted(map(int, read)) == list(range(45))
    assert len(read) == 45
    with pytest.raises(NotFound):
        find_messages(case, before="nonsense")


def test_nobody_else_writes_or_reads(
    case: Case, ben: Person, stranger: Person, amina: Person, now: dt.datetime
) -> None:
    send_message(case, words="Hello", by=amina, at=now)
    for person in (ben, stranger):
        with pytest.raises(NotFound):
            send_message(case, words="Me too", by=person, at=now)
        with pytest.raises(NotFound):
            read_messages(case, by=person, at=now)
        with pytest.raises(NotFound):
            write_note(case, words="Hm", by=person, at=now)
        with pytest.raises(NotFound):
            be_present(case, by=person, at=now)
    with pytest.raises(NotFound):
        write_note(case, words="A note of my own", by=amina, at=now)


def test_an_applicant_who_works_here_cannot_read_notes_on_their_own_case(
    open_licence: Callable[..., Case], boris: Person, omar: Person, now: dt.datetime
) -> None:
    own = open_licence(applicant=boris)
    write_note(own, words="@Boris must not see this", by=omar, at=now)
    assert find_mentions(boris) == []
    assert count_queues(boris, which=["mentions"], at=now) == {"mentions": "0"}
    with pytest.raises(NotFound):
        write_note(own, words="But I do", by=boris, at=now)


def test_a_citizens_list_counts_what_they_have_not_read(
    case: Case, amina: Person, boris: Person, now: dt.datetime
) -> None:
    send_message(case, words="One", by=boris, at=now)
    send_message(case, words="Two", by=boris, at=now)
    assert [each.unread_messages for each in find_cases_of(amina).cases] == [2]
    read_messages(case, by=amina, at=now)
    assert [each.unread_messages for each in find_cases_of(amina).cases] == [0]


def test_who_is_named_in_a_note_finds_it_until_they_have_seen_it(
    case: Case, boris: Person, omar: Person, chen: Person, stranger: Person, now: dt.datetime
) -> None:
    note = write_note(case, words="@omar, can you look? @Boris @Stranger omar@cast.example", by=boris, at=now)
    assert [mention.note for mention in find_mentions(omar, unread=True)] == [note]
    assert count_queues(omar, which=["mine", "mentions"], at=now) == {"mine": "0", "mentions": "1"}
    assert [find_mentions(person) for person in (boris, chen, stranger)] == [[], [], []]
    [shown] = find_notes(case, for_=omar)
    assert shown.names_reader  # type: ignore[attr-defined]
    see_mentions(case, by=omar, at=now)
    assert find_mentions(omar, unread=True) == []
    assert count_queues(omar, which=["mentions"], at=now) == {"mentions": "0"}
    assert [mention.note for mention in find_mentions(omar)] == [note]  # and it stays there to be found again
    assert Note.objects.get().words.startswith("@omar")


def test_a_note_needs_words(case: Case, boris: Person, now: dt.datetime) -> None:
    with pytest.raises(NoteMissing):
        write_note(case, words=" ", by=boris, at=now)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("@Omar please", {"Omar"}),
        ("ask @omar saleh.", {"Omar Saleh"}),
        ("(@Omar)", {"Omar"}),
        ("@Omarion, mail@Omar.example, x@Omar", set()),
        ("@Zoë und @张伟。", {"Zoë", "张伟"}),
        ("@@Omar", {"Omar"}),
        ("no one", set()),
        ("@" * 5000, set()),
    ],
)
def test_mentions_are_names_after_an_at_sign(words: str, found: set[str]) -> None:
    assert mentioned(words, ["Omar", "Omar Saleh", "Zoë", "张伟", ""]) == found


@pytest.mark.parametrize(
    ("words", "in_vain"),
    [
        ("@omar and @Omar Saleh", []),
        ("@omra, @Kim: look. @omra!", ["omra", "Kim"]),
        ("@omarsson, omar@kim.example, @ nobody, a@b", ["omarsson"]),
        ("nobody", []),
    ],
)
def test_a_name_that_nobody_has_is_known(words: str, in_vain: list[str]) -> None:
    assert mentioned_in_vain(words, ["Omar", "Omar Saleh"]) == in_vain


def test_two_at_a_case_see_each_other_for_a_while(
    case: Case, boris: Person, omar: Person, now: dt.datetime
) -> None:
    assert be_present(case, by=boris, at=now) == []
    assert be_present(case, by=omar, at=now + dt.timedelta(seconds=30)) == ["Boris"]
    assert be_present(case, by=boris, at=now + dt.timedelta(seconds=40)) == ["Omar"]
    assert be_present(case, by=omar, at=now + dt.timedelta(minutes=10)) == []
    leave(case, by=omar)
    assert be_present(case, by=boris, at=now + dt.timedelta(minutes=10)) == []
    assert "Presence" not in "".join(kinds(case))


def test_presence_is_forgotten_within_the_hour(case: Case, boris: Person, now: dt.datetime) -> None:
    be_present(case, by=boris, at=now)
    forget_presences.call()
    assert Presence.objects.count() == 0
