"""Pure decisions about cases: whether the steps make sense, who may see and move a case, when it is due."""

from .asking import ANSWER_WITHIN, Corrections, answer_until, may_wait_until, reminder_due
from .deadlines import DEFAULT_DUE, Deadlines, deadlines, expected_on, usual_way
from .people import (
    available_moves,
    may_answer,
    may_give_back,
    may_hand_over,
    may_move,
    may_note_absence,
    may_read_file,
    may_reopen,
    may_see,
    may_withdraw,
    may_withdraw_certificate,
    may_work_on,
    may_write_in,
    relations_to,
    supervised_by,
)
from .steps import CompiledSteps, check_step_texts, check_steps, compile_steps
from .writing import LONGEST, mentioned

__all__ = [
    "ANSWER_WITHIN",
    "DEFAULT_DUE",
    "LONGEST",
    "CompiledSteps",
    "Corrections",
    "Deadlines",
    "answer_until",
    "available_moves",
    "check_step_texts",
    "check_steps",
    "compile_steps",
    "deadlines",
    "expected_on",
    "may_answer",
    "may_give_back",
    "may_hand_over",
    "may_move",
    "may_note_absence",
    "may_read_file",
    "may_reopen",
    "may_see",
    "may_wait_until",
    "may_withdraw",
    "may_withdraw_certificate",
    "may_work_on",
    "may_write_in",
    "mentioned",
    "relations_to",
    "reminder_due",
    "supervised_by",
    "usual_way",
]
