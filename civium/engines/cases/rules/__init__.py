"""Pure decisions about cases: whether the steps make sense, who may see and move a case, when it is due."""

from .deadlines import DEFAULT_DUE, Deadlines, deadlines, expected_on, usual_way
from .people import available_moves, may_move, may_see, may_work_on
from .steps import CompiledSteps, check_step_texts, check_steps, compile_steps

__all__ = [
    "DEFAULT_DUE",
    "CompiledSteps",
    "Deadlines",
    "available_moves",
    "check_step_texts",
    "check_steps",
    "compile_steps",
    "deadlines",
    "expected_on",
    "may_move",
    "may_see",
    "may_work_on",
    "usual_way",
]
