"""How a line of the log is written: one event, however many lines its words have, can never look like two; and no address of a visitor
is in it, because addresses have secrets in them, such as the links in mail."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]")


class OneEvent(logging.Formatter):
    """Puts a mark before every further line, and writes out what would move the cursor or begin a line."""

    def format(self, record: logging.LogRecord) -> str:
        said = _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", super().format(record))
        return said.replace("\n", "\n  | ")


class AsJson(logging.Formatter):
    """One event as one object on one line, for programs that gather the logs of many."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "level": record.levelname,
                "name": record.name,
                "process": record.process,
                "message": record.getMessage(),
                **({"trace": self.formatException(record.exc_info)} if record.exc_info else {}),
            }
        )


class WithoutAddress(logging.Filter):
    """Says which kind of page a request was for, where Django would say its whole address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            route = getattr(getattr(request, "resolver_match", None), "route", "") or "(no page)"
            record.args = tuple(route if arg == path else arg for arg in record.args)
        return True


class WithoutTrace(logging.Filter):
    """One line is enough for what strangers send all day, such as names that the site does not answer to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True
