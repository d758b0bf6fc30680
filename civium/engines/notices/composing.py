"""Putting a notice together as mail: the same words as plain text and as HTML, in the reader's language and direction."""

from __future__ import annotations

from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import Markup

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


def compose(subject: str, body: str, *, language: str) -> Composed:
    """The whole message around a body in Markdown: whose it is, where else to read it, whom to call."""
    town = the_town()
    with translation.override(language):
        frame = {
            "town_name": pick_text(town.name, language).words,
            "inbox_words": _("You can also read this message when you sign in:"),
            "inbox": f"{settings.CIVIUM_ORIGIN}/{language}/my/messages/",
            "help_words": _("Please do not reply to this message. If you need help, call %(phone)s.")
            % {"phone": _left_to_right(town.contact.phone, language)},
        }
        page = {"subject": subject, "language": language, "direction": direction(language)}
        html = render_to_string("notices/mail.html", {**frame, **page, "body": _styled(body)}, using="jinja2")
    text = "\n".join(
        [
            frame["town_name"],
            "",
            plain_text(body),
            f"{frame['inbox_words']} {frame['inbox']}",
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
        to=[notice.to.email],
        headers={
            "Message-ID": f"<notice-{notice.id}@{urlsplit(settings.CIVIUM_ORIGIN).hostname}>",
            "Content-Language": notice.language,
            # RFC 3834: so that no holiday responder answers.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(notice.html, "text/html")
    return Post(_bare(message.from_email), (notice.to.email,), message.message().as_bytes(linesep="\r\n"))


def post_of_letter(letter: Letter) -> Post:
    """The letter as it was queued."""
    return Post(_bare(str(letter.message["From"])), tuple(letter.recipients), letter.mime)


def _bare(address: str) -> str:
    return parseaddr(address)[1]


def _left_to_right(words: str, language: str) -> str:
    """Isolated, so that a phone number is not turned round in a right-to-left line."""
    return f"\u2066{words}\u2069" if direction(language) == "rtl" else words


_STYLES = {
    "<p>": '<p style="margin:0 0 16px">',
    "<h2>": '<h2 style="margin:24px 0 8px;font-size:22px;line-height:1.3">',
    "<h3>": '<h3 style="margin:20px 0 8px;font-size:19px;line-height:1.3">',
    "<ul>": '<ul style="margin:0 0 16px;padding-inline-start:24px">',
    "<ol>": '<ol style="margin:0 0 16px;padding-inline-start:24px">',
    "<a ": '<a style="color:#0a6466" ',
}


def _styled(body: str) -> Markup:
    """The body as safe HTML with the styles inline. In the cleaned HTML these tags have no other form."""
    html = str(render_prose(body))
    for tag, styled in _STYLES.items():
        html = html.replace(tag, styled)
    return Markup(html)  # noqa: S704 - cleaned by render_prose
