"""Cases: a request on its way through an agency, from received to decided.

Moves a case by the steps that its own document declares: who may do what, from hand to hand, corrections and questions
to the applicant, messages, notes between colleagues, deadlines, the decision with its reason. It leaves to others what
the request is about: ``subject`` is an opaque name.
"""
