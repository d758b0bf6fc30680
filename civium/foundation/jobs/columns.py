"""What each field of this room's tables, and of the queue's library, is. Jobs carry ids and codes, never words about people."""

from __future__ import annotations

from civium.foundation.kit.field_classes import INTERNAL, Columns

COLUMNS: Columns = {
    "jobs.Worker": {INTERNAL: "id started_at seen_at"},
    # django-tasks-db
    "django_tasks_database.DBTaskResult": {
        INTERNAL: "id status enqueued_at started_at finished_at args_kwargs priority task_path worker_ids queue_name "
        "backend_name run_after return_value exception_class_path traceback",
    },
}
