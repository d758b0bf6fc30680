"""A worker process for the tests: ``python -m civium.foundation.jobs.tests.worker LEASE THREADS``, until SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import timedelta

import django

if __name__ == "__main__":
    django.setup()
    from civium.foundation.jobs.actions.work import work_forever

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop.set, daemon=True).start())
    work_forever(threads=int(sys.argv[2]), stop=stop, lease=timedelta(seconds=float(sys.argv[1])))
