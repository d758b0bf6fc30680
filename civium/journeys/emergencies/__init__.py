"""Emergencies: opening one case without the usual right ("break-glass"), with a reason, for an hour, and only to read.

A second person is told at once and says afterwards whether it was right; the citizen is told too, and sees each reading under
"Who looked". Who may is in ``identity.who_may``; how a case is read is the business of ``applications``.
"""
