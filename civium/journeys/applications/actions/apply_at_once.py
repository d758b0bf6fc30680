"""Applying in one go, as programs do: every answer at once, files among them."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.queries import is_own_case
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Journey, Wrong
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer

from ..models import Application
from ..queries import count_open_applications
from .drop_application import drop_application
from .look_up import look_up_answers
from .send_application import send_application, send_held
from .start_application import begin, refuse_to_begin, refuse_too_many, start_application, what_is_known

MOST_FILES = 20


class WrongAnswers(Refusal):
    """Some answers are wrong or missing. ``details["errors"]``: what to say of each, by its path: ``members[0].age``."""

    message = _("Some answers are missing or not right.")
    what_next = _("Correct them and send everything again. Nothing was kept.")
    status = 422


class BegunAlready(Refusal):
    """The person has an open application that must not be overwritten."""

    message = _("There is an application for this service already that was not sent yet.")
    what_next = _("Finish or delete it on your page first.")
    status = 409


class SentHereOnly(Refusal):
    """The service asks whoever sends it once more who they are, and a program cannot show that."""

    message = _("This is sent on the site only: you are asked once more who you are.")
    what_next = _("Open the service on this site and send it there.")
    status = 403


class ProofNeeded(Refusal):
    """The service is for people who proved who they are."""

    message = _("This service is for people who have proved who they are.")
    what_next = _(
        "Open the service on this site and prove it there; after that it can be applied for from here."
    )
    status = 403


def apply_at_once(
    offer: Offer, *, answers: Mapping[str, Any], by: Person, language: str, at: datetime
) -> Application:
    """Start, answer and send, by the same rules as the pages. With a fee it waits for the payment, as theirs does.

    A file is given as ``[{"name": "plan.pdf", "content": "<base64>"}]``. What registers know of the person need not be given.
    Refuses wrong answers all together, and keeps nothing then. Without files it is one transaction.
    """
    if not by.reaches(offer.document.sign_in):
        raise ProofNeeded
    begun = count_open_applications(by, offer.name)
    if begun and not offer.document.several:
        raise BegunAlready
    takes_files = any(ready.question.type == "file" for _page, ready in offer.form.questions())
    if takes_files:
        return _apply_with_files(offer, answers, by=by, language=language, at=at)
    refuse_to_begin(offer, by=by)
    if begun:
        refuse_too_many(offer, by=by)
    known = what_is_known(offer, by=by, at=at)
    journey, wrong = _validated(offer, {**known, **answers}, by=by, language=language, at=at)
    if wrong:
        raise WrongAnswers(errors=wrong)
    try:
        with transaction.atomic():
            application = begin(offer, dict(journey.answers), by=by, language=language, at=at)
            # What does not count was never kept.
            return send_held(application, replace(journey, given=journey.answers), by=by, at=at)
    except IntegrityError:  # a tab was quicker
        if not count_open_applications(by, offer.name):
            raise
        raise BegunAlready from None


def _apply_with_files(
    offer: Offer, answers: Mapping[str, Any], *, by: Person, language: str, at: datetime
) -> Application:
    """Files are checked and stored under the application, so it must be there before them; what is refused is dropped again."""
    application = start_application(offer, by=by, language=language, at=at, another=True)
    try:
        _answer(application, offer, answers, by=by, language=language, at=at)
        return send_application(application, by=by, at=at)
    except Refusal:
        drop_application(application, by=by, at=at)
        raise


def _answer(
    application: Application,
    offer: Offer,
    given: Mapping[str, Any],
    *,
    by: Person,
    language: str,
    at: datetime,
) -> None:
    taking = TakesFiles(application, offer, by=by, at=at)
    answers = {name: taking.take(name, value) for name, value in given.items()}
    given_or_known = {**open_answers(application.draft), **answers}
    journey, wrong = _validated(offer, given_or_known, by=by, language=language, at=at)
    errors = wrong | taking.errors
    if errors:
        taking.put_back()
        raise WrongAnswers(errors=errors)
    save_answers(application.draft, journey.answers, at=at)


def _validated(
    offer: Offer, answers: Mapping[str, Any], *, by: Person, language: str, at: datetime
) -> tuple[Journey, dict[str, str]]:
    """The journey with the answers as they are kept, and what is wrong with the others, by path."""
    # Nobody brings a register's facts along: only what the register says now counts.
    known = look_up_answers(offer, answers, asked_by=by, at=at)
    journey, wrong = offer.form.validate_answers(known, today=the_town().today(at), language=language)
    return journey, wrong | _cases_of_others(offer, journey.answers, by=by, language=language)


def _cases_of_others(offer: Offer, valid: Mapping[str, Any], *, by: Person, language: str) -> dict[str, str]:
    """What is wrong with naming a case that is not the person's: not theirs and not there look the same."""
    asked: list[Any] = [ready for _page, ready in offer.form.questions() if ready.question.type == "own-case"]
    return {
        ready.name: ready.question.message(Wrong("not_yours"), ready.words, language)
        for ready in asked
        if valid.get(ready.name) and not is_own_case(valid[ready.name], by, **ready.question.narrowed_to)
    }


class TakesFiles:
    """Takes files in as they come along, wherever they stand, and remembers what was wrong with any."""

    def __init__(self, application: Application, offer: Offer, *, by: Person, at: datetime) -> None:
        self.application, self.by, self.at = application, by, at
        self.questions: dict[str, Any] = {
            ready.name: ready.question
            for _page, ready in offer.form.questions()
            if ready.question.type == "file"
        }
        self.files: list[StoredFile] = []
        self.errors: dict[str, str] = {}

    def take(self, name: str, value: Any, path: str = "") -> Any:
        """The answer as it is kept: the ids of the files that came with it. An id that somebody names is never taken."""
        path = path or name
        question = self.questions.get(name)
        if question is None:
            if isinstance(value, list):
                return [
                    {key: self.take(key, cell, f"{path}[{number}].{key}") for key, cell in row.items()}
                    if isinstance(row, Mapping)
                    else row
                    for number, row in enumerate(value[:5000])
                ]
            return value
        try:
            kept = [self._store(upload, question) for upload in _uploads(value)]
        except Refusal as refusal:
            self.errors[path] = str(refusal.message)
            return None
        return [{"id": str(file.id), "name": file.name} for file in kept] or None

    def _store(self, upload: SimpleUploadedFile, question: Any) -> StoredFile:
        file = take_upload(
            upload,
            under=self.application.subject,
            accept=tuple(question.accept_types),
            max_bytes=question.max_bytes,
            by=self.by,
            at=self.at,
        )
        self.files.append(file)
        return file

    def put_back(self) -> None:
        """Keep none of the files."""
        for file in self.files:
            remove_file(file, by=self.by, at=self.at)


class NoFile(Refusal):
    """What stands where a file should be is none."""

    message = _('A file is given as {"name": "plan.pdf", "content": "its bytes in base64"}, in a list.')
    status = 422


def _uploads(value: Any) -> list[SimpleUploadedFile]:
    if not isinstance(value, list) or len(value) > MOST_FILES:
        raise NoFile
    return [_upload(each) for each in value]


def _upload(given: Any) -> SimpleUploadedFile:
    if not isinstance(given, Mapping) or set(given) != {"name", "content"}:
        raise NoFile
    name, content = given["name"], given["content"]
    if not (isinstance(name, str) and isinstance(content, str)):
        raise NoFile
    try:
        return SimpleUploadedFile(name[-200:] or "file", b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise NoFile from None
