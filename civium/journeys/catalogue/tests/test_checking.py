"""What `civium services check` finds: one broken example for each kind of mistake, with its line and what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from civium.journeys.catalogue.actions.check_folder import check_folder

from .folders import change, copy_of, problems_after

SERVICE = "service.yaml"
ENGLISH = "texts.en.yaml"
ARABIC = "texts.ar.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        # the grammar
        (SERVICE, "sign_in: account", "sign_in: acount", "did you mean 'account'"),
        (SERVICE, "by: officer, needs: reason}", "by: oficer, needs: reason}", "'oficer' is not a role; did you mean 'officer'?"),
        (SERVICE, "needs: reason", "needs: cause", "'cause' is not something that a move can need; write one of: reason; for example: 'needs: reason'"),
        (SERVICE, "audience: [person, newcomers]", "audience: [person, newcomer]", "'newcomer' is nobody that a service can be for; did you mean 'newcomers'?"),
        (SERVICE, 'pattern: "[0-9]{15}"', 'pattern: "[0-9"', "five digits are '[0-9]{5}'"),
        (SERVICE, "about: dog_name", "abuot: dog_name", "did you mean 'about'"),
        (SERVICE, "max_length: 40}", "max_lenght: 40}", "did you mean 'max_length'"),
        (SERVICE, "name: breed, type: text", "name: breed, type: txt", "did you mean 'text'"),
        (SERVICE, "due: 5 working days", "due: five days", "5 working days"),
        (SERVICE, "service: dog-licence", "service: dog_licence", "small letters"),
        (SERVICE, 'amount: "25.00"', 'amount: "25,00"', "with a point"),
        (SERVICE, "accept: [pdf, jpg, png]", "accept: pdf", "must be a list"),
        (SERVICE, "topics: [animals]", "topics: []", "at least 1"),
        (ENGLISH, "title: Dog licence\nsummary", "title: 2026\nsummary", 'put quotes around it: "2026"'),
        # a move that payment makes
        (SERVICE, "to: checking, by: clerk}", "to: checking, by: [clerk, payment]}", "payment moves a case alone"),
        (SERVICE, "to: granted, by: officer}", "to: granted, by: payment}", "put the move into “received”"),
        (SERVICE, "currency: EUR", "currency: €", "write three letters, such as EUR"),
        (SERVICE, 'amount: "25.00"', "amount: 25 EUR", "leave the currency out"),
        (SERVICE, "name: breed, type: text", "name: breed, type:text", "a space after the ':' in 'type:text'"),
        (ENGLISH, "  chip: {title: Your dog's chip}", "  chip: {title: Your dog's chip, and its number}", "put quotes around all of it"),
        # names in expressions and references
        (SERVICE, "about: dog_name", "about: dog_nmae", "did you mean 'dog_name'"),
        (SERVICE, "about: dog_name", "about: neutered", "must give a text"),
        (SERVICE, "when: assistance\n", "when: asistance\n", "did you mean 'assistance'"),
        (SERVICE, "when: neutered}", "when: neuterd}", "did you mean 'neutered'"),
        (SERVICE, "waive: assistance", "waive: dog_name", "must give yes or no"),
        (SERVICE, 'amount: "25.00"', 'amount: dog_name + 1', "does not work with"),
        (SERVICE, "to: checking, by: clerk}", "to: cheking, by: clerk}", "did you mean “checking”"),
        (SERVICE, "name: grant, to: granted, by: officer", "name: grant, to: granted, by: oficer", "did you mean 'officer'"),
        (SERVICE, "needs: reason", "needs: reasons", "did you mean 'reason'"),
        (SERVICE, "owner_name: population-register.name", "ownr_name: population-register.name", "owner_name"),
        (SERVICE, "population-register.phone", "population-register.fone", "phone"),
        (SERVICE, "agency: animal-welfare", "agency: animals-welfare", "did you mean 'animal-welfare'"),
        (SERVICE, "topics: [animals]", "topics: [animal]", "did you mean 'animals'"),
        (SERVICE, "life_events: [moving-in]", "life_events: [moving-out]", "did you mean 'moving-in'"),
        (SERVICE, "  paid: payment-received", "  payed: payment-received", "did you mean 'paid'"),
        (SERVICE, "name: breed, type", "name: phone, type", "means something else"),
        # what can never be
        (SERVICE, "when: assistance\n", "when: assistance && !assistance\n", "nobody can reach"),
        (SERVICE, "  granted: {end: granted, reopen: {to: checking, by: supervisor}}", "  granted: {shown_as: {status: agreed}}", "never leave"),
        (SERVICE, "{name: accept, to: checking, by: clerk}", "{name: accept, to: refused, by: clerk, needs: reason}", "no move leads"),
        (SERVICE, "by: officer, needs: reason}", "by: officer}", "gives its reason"),
        # what comes of a case
        (SERVICE, "  granted: licence-granted\n", "", "nobody is told of the end 'granted'"),
        (SERVICE, "  granted: licence-granted\n", "  granted: licence-grantd\n", "there is no notice 'licence-grantd'; did you mean 'licence-granted'?"),
        (SERVICE, "  asked: question\n", "", "would not hear of a question"),
        (SERVICE, "granted: {document:", "checking: {document:", "no step that ends a case"),
        (SERVICE, "keep: {granted: 3 years, refused: 1 year}", "keep: {granted: 3 years}", "how long is a case kept after 'refused'"),
        (SERVICE, "keep: {granted: 3 years,", "keep: {grated: 3 years,", "did you mean 'granted'"),
        (SERVICE, "currency: EUR", "currency: EURO", "ISO 4217"),
        # words
        (ENGLISH, "how_long: We decide", "how_longer: We decide", "did you mean 'how_long'"),
        (ENGLISH, "  discount: Less for a neutered dog\n", "", "no words for the fee line 'discount'"),
        (ENGLISH, "  checking: We are checking it\n", "", "has no text"),
        (ENGLISH, "    label: What breed is your dog?\n", "", "has no label"),
        (ENGLISH, "  chip: {title: Your dog's chip}", "  chp: {title: Your dog's chip}", "did you mean 'chip'"),
        (ENGLISH, "      pattern: The chip", "      patern: The chip", "did you mean 'pattern'"),
        (ENGLISH, "need something from you before", "need ((something)) from you before", "no value “((something))”"),
        (ENGLISH, "subject: We have your payment of ((amount))", "subject: We have your payment of ((amonut))", "((amount))"),
        (ENGLISH, "      > ((reason))\n", "      > ((question))\n", "no value “((question))”"),
        (ENGLISH, "  checking: We are checking it\n", "  checking: We are checking it\n  chekking: Again\n", "nothing in service.yaml is called “chekking”"),
        (ENGLISH, "    label: What breed is your dog?\n", "", "write “breed: {label: …}” under questions"),
        (ENGLISH, "subject: We have your payment of ((amount))", "subject: We have your payment of {{amount}}", "“{{amount}}” is not filled in: write “((amount))”"),
        (ENGLISH, "**Breed:** ((breed))", "**Breed:** ((breed)", "“((breed)” is not filled in: write “((breed))”"),
        (ENGLISH, "**Breed:** ((breed))", "**Breed:** ((bred))", "did you mean 'breed'"),
        (ENGLISH, "  dog-licence-certificate:", "  dog-certificate:", "has no words"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_with_its_file_and_what_to_write_instead(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    _line, problems = problems_after(tmp_path, file, old, new)
    told = [str(problem) for problem in problems if not problem.is_warning]
    assert any(says in words and f"dog-licence/{file}:" in words for words in told), told


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SERVICE, "sign_in: account", "sign_in: acount"),
        (SERVICE, "name: breed, type: text", "name: breed, type: txt"),
        (SERVICE, "when: assistance\n", "when: asistance\n"),
        (SERVICE, "when: neutered}", "when: neuterd}"),
        (SERVICE, "to: checking, by: clerk}", "to: cheking, by: clerk}"),
        (SERVICE, "population-register.phone", "population-register.fone"),
        (SERVICE, "topics: [animals]", "topics: [animal]"),
        (SERVICE, "currency: EUR", "currency: EURO"),
        (ENGLISH, "      pattern: The chip", "      patern: The chip"),
        (ENGLISH, "subject: We have your payment of ((amount))", "subject: We have ((amonut))"),
    ],
)
def test_the_line_is_the_one_where_the_mistake_is(tmp_path: Path, file: str, old: str, new: str) -> None:
    line, problems = problems_after(tmp_path, file, old, new)
    assert line in [problem.line for problem in problems], [str(problem) for problem in problems]


def test_a_text_that_one_language_lacks_is_a_warning_and_in_the_first_language_an_error(
    tmp_path: Path,
) -> None:
    _line, problems = problems_after(tmp_path, ARABIC, "    label: ما سلالة كلبك؟\n", "")
    assert [(problem.is_warning, Path(problem.file).name) for problem in problems] == [(True, ARABIC)]
    _line, problems = problems_after(tmp_path, ENGLISH, "    label: What breed is your dog?\n", "")
    assert [Path(problem.file).name for problem in problems if not problem.is_warning] == [ENGLISH]


def test_texts_that_were_copied_and_not_translated_are_a_warning(tmp_path: Path) -> None:
    line, problems = problems_after(
        tmp_path, ARABIC, "label: ما سلالة كلبك؟", "label: What breed is your dog?"
    )
    told = [(problem.is_warning, problem.line, problem.words) for problem in problems]
    assert told == [(True, line, "this text is the same as in texts.en.yaml; translate it")]
    folder = copy_of("building-permit", tmp_path)
    (folder / ARABIC).write_bytes((folder / ENGLISH).read_bytes())
    [problem] = check_folder(folder)
    assert problem.line == 1
    assert "texts are the same as in texts.en.yaml, the first of them here" in problem.words


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("sign_in: account", "sign_in: none", "nobody acts for one without an account"),
        ("sign_in: account", "sign_in: high", "never 'high'"),
        ("fee:\n", "prefill:\n  rep_name: population-register.name\n\nfee:\n", "of one 'population-register.name' says nothing"),
        ("type: organisation-number, country: ES", "type: text, max_length: 20", "no question asks for an organisation-number"),
    ],
)  # fmt: skip
def test_what_organisations_cannot_do_is_a_warning(tmp_path: Path, old: str, new: str, says: str) -> None:
    folder = copy_of("business-licence", tmp_path)
    assert check_folder(folder) == []
    line = change(folder, SERVICE, old, new)
    told = [problem for problem in check_folder(folder) if says in problem.words]
    assert [problem.is_warning for problem in told] == [True]
    assert told[0].line - line in {0, 1} or "audience" in says or "asks for" in says


def test_a_case_of_ones_own_can_have_been_decided_so(tmp_path: Path) -> None:
    folder = copy_of("resident-parking", tmp_path)
    line = change(folder, SERVICE, "outcome: granted}", "outcome: grantd}")
    told = [(problem.line, problem.words) for problem in check_folder(folder)]
    assert told == [(line, "no step of this service has 'end: grantd'; did you mean 'granted'?")]


def test_words_for_nothing_are_an_error_in_every_language(tmp_path: Path) -> None:
    _line, problems = problems_after(
        tmp_path, ARABIC, "  chip: {title: شريحة كلبك}", "  chp: {title: شريحة كلبك}"
    )
    assert any("no page 'chp'" in problem.words and not problem.is_warning for problem in problems)


def test_a_missing_language_is_a_warning_but_for_the_first(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    (folder / ARABIC).unlink()
    assert [problem.is_warning for problem in check_folder(folder)] == [True]
    (folder / ENGLISH).unlink()
    assert any("every other language falls back" in problem.words for problem in check_folder(folder))


def test_a_mistyped_file_name_is_found(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    (folder / "texts.es.yaml").rename(folder / "text.es.yaml")
    assert any("did you mean 'texts.es.yaml'" in problem.words for problem in check_folder(folder))


def test_our_own_languages_may_stay_where_the_town_does_not_speak_them(tmp_path: Path, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English")]
    folder = copy_of("dog-licence", tmp_path)
    assert not [each.words for each in check_folder(folder) if not each.is_warning]
    (folder / "texts.fr.yaml").write_text("title: Chien\n")
    assert [each.words for each in check_folder(folder) if not each.is_warning] == [
        "nothing reads 'texts.fr.yaml'; this site speaks en: write texts.en.yaml"
    ]


def test_a_folder_of_another_name_is_found(tmp_path: Path) -> None:
    copy_of("dog-licence", tmp_path).rename(tmp_path / "cat-licence")
    problems = check_folder(tmp_path / "cat-licence")
    assert any("give both one name" in problem.words and problem.line == 2 for problem in problems)


def test_what_is_not_there_at_all_is_said(tmp_path: Path) -> None:
    assert "no such folder" in str(check_folder(tmp_path / "nothing")[0])
    assert any("no service.yaml" in problem.words for problem in check_folder(tmp_path))


def test_a_file_that_is_no_document_is_said(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    (folder / SERVICE).write_text("- a\n- b\n")
    assert any("names with values" in problem.words for problem in check_folder(folder))


def test_an_option_that_does_not_exist_is_found_outside_the_form_too(tmp_path: Path) -> None:
    folder = copy_of("building-permit", tmp_path)
    line = change(
        folder, SERVICE, 'amount: "40.00", when: listed}', "amount: \"40.00\", when: work == 'demolitoin'}"
    )
    problem = check_folder(folder)[0]
    assert (problem.line, "did you mean 'demolition'" in problem.words) == (line, True)


def test_a_fee_line_that_some_answers_leave_without_an_amount_is_found(tmp_path: Path) -> None:
    folder = copy_of("building-permit", tmp_path)
    change(folder, SERVICE, 'amount: "40.00", when: listed}', "amount: storeys * 5}")
    assert any("'heritage' cannot be computed" in problem.words for problem in check_folder(folder))


@pytest.mark.parametrize("sign_in", ["none", "verified"])
def test_a_service_says_who_may_apply(tmp_path: Path, sign_in: str) -> None:
    folder = copy_of("dog-licence", tmp_path)
    change(folder, SERVICE, "sign_in: account", f"sign_in: {sign_in}\nseveral: true")
    assert check_folder(folder) == []


def test_an_e_mail_address_is_needed_only_from_those_without_an_account(tmp_path: Path) -> None:
    line, (problem,) = problems_after(
        tmp_path, SERVICE, "sign_in: account", "sign_in: account\nneeds_email: true"
    )
    assert (problem.line, "sign_in: none" in problem.words) == (line + 1, True)


def test_problems_come_in_reading_order_and_once(tmp_path: Path) -> None:
    folder = copy_of("dog-licence", tmp_path)
    change(folder, SERVICE, "topics: [animals]", "topics: [animal]")
    change(folder, SERVICE, "currency: EUR", "currency: EURO")
    change(folder, ENGLISH, "how_long:", "how_longer:")
    problems = [(Path(problem.file).name, problem.line) for problem in check_folder(folder)]
    assert problems == sorted(problems, key=lambda one: (one[0] != SERVICE, one))
    assert len(problems) == len(set(problems))


def test_a_mistyped_notice_is_told_once_where_it_is_typed(tmp_path: Path) -> None:
    line, problems = problems_after(
        tmp_path, SERVICE, "  granted: licence-granted\n", "  granted: licence-grantd\n"
    )
    [problem] = problems
    assert (Path(problem.file).name, problem.line) == (SERVICE, line)


def test_a_notice_that_is_not_written_yet_is_missing_in_the_texts(tmp_path: Path) -> None:
    _line, problems = problems_after(
        tmp_path, SERVICE, "  granted: licence-granted\n", "  granted: welcome\n"
    )
    assert any("has no text" in p.words for p in problems if p.file.endswith(ENGLISH))
