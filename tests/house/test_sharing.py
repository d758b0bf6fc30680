"""What shares something costly to make is tried by one process: pytest-xdist scatters it without a word where it does not know how."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_of_tests_stays_together(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process tries everything")
    assert request.node.nodeid.endswith("@together")
