"""Pure rules about notices: how a template is filled, how Markdown reads as plain text, when to try again."""

from .checking import check_notice_texts, nearly_placeholders, placeholders
from .filling import Address, MailAddress, MissingValue, fill, fill_line
from .plain_text import plain_text
from .trying import GIVE_UP_AFTER, wait_before_next_try

__all__ = [
    "GIVE_UP_AFTER",
    "Address",
    "MailAddress",
    "MissingValue",
    "check_notice_texts",
    "fill",
    "fill_line",
    "nearly_placeholders",
    "placeholders",
    "plain_text",
    "wait_before_next_try",
]
