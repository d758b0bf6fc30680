"""``python -m config`` is the ``civium`` command, for when no script stands in the path."""

from __future__ import annotations

import sys

from config.command import main

sys.exit(main())
