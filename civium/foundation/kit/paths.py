"""Addresses that come along in a form or a link, and where they may lead."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme


def is_of_this_site(path: str) -> bool:
    """Whether it is the path of a page of this site: whoever follows it stays here, whatever was written into the link."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
