"""Ask questions: pages, conditions, question types, reading and checking, check-your-answers, drafts.

Leaves to others: when an application starts and ends (applications), keeping uploads (files), what an answer costs (payments).
"""
