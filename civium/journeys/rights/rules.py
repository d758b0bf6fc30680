"""What a request about one's data asks for, in the names of the service document ``data-request``."""

from __future__ import annotations

from typing import Final

REQUEST_SERVICE: Final = "data-request"
