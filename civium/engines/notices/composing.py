"""Putting a notice together as mail: the same words as plain text and as HTML, in the reader's language and direction."""

from __future__ import annotations

from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from civium.foundation.kit.languages import direction, pick_text
from civium.foundation.kit.prose import render_prose
from civium.foundation.kit.town import the_town

from .adapters import Post
from .models import Letter, Notice
from .rules import plain_text


class Composed(NamedTuple):
    """The two forms of one message."""

    text: str
    html: str


def compose(subject: str, body: str, *, language: str, has_inbox: bool = True) -> Composed:
    """The whole message around a body in Markdown: whose it is, where else to read it (for those who sign in), whom to call."""
    town = the_town()
    with translation.override(language):
        frame = {
            "town_name": pick_text(town.name, language).words,
            "inbox_words": _("You can also read this message when you sign in:") if has_inbox else "",
            "inbox": f"{settings.CIVIUM_ORIGIN}/{language}/my/messages/" if has_inbox else "",
            "help_words": _("Please do not reply to this message. If you need help, call %(phone)s.")
            % {"phone": _left_to_right(town.contact.phone, language)},
        }
        page = {"subject": subject, "language": language, "direction": direction(language)}
        html = render_to_string(
            "notices/mail/notice.html", {**frame, **page, "body": render_prose(body)}, using="jinja2"
        )
    text = "\n".join(
        [
            frame["town_name"],
            "",
            plain_text(body),
            *([f"{frame['inbox_words']} {frame['inbox']}"] if has_inbox else []),
            frame["help_words"],
            "",
        ]
    )
    return Composed(text, html)


def post_of_notice(notice: Notice) -> Post:
    """The notice as it goes over the wire. Its Message-ID never changes, so that a second try is the same message."""
    message = EmailMultiAlternatives(
        subject=notice.subject,
        body=notice.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.to.mail_address],
        headers={
            "Message-ID": f"<notice-{notice.id}@{urlsplit(settings.CIVIUM_ORIGIN).hostname}>",
            "Content-Language": notice.language,
            # RFC 3834: so that no holiday responder answers.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(notice.html, "text/html")
    return Post(_bare(message.from_email), (notice.to.mail_address,), on_the_wire(message))


def post_of_letter(letter: Letter) -> Post:
    """The letter as it was queued."""
    return Post(_bare(str(letter.message["From"])), tuple(letter.recipients), letter.mime)


def on_the_wire(message: EmailMessage) -> bytes:
    """The message as SMTP wants it, with CRLF at the end of each line."""
    return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg] # Django's own messages take it


def _bare(address: str) -> str:
    return parseaddr(address)[1]


def _left_to_right(words: str, language: str) -> str:
    """Isolated, so that a phone number is not turned round in a right-to-left line."""
    return f"\u2066{words}\u2069" if direction(language) == "rtl" else words
