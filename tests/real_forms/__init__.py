"""Real public forms, reproduced question by question as service documents, and walked to a decision.

The forms themselves are not in this repository: the tests read them from ``../shared/data/forms`` beside it, and are
skipped where that is not there. The service documents say where each came from and under which licence.
"""
