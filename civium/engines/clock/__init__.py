"""Clock: when something is due. Working days, public holidays, pauses, months that are too short.

Pure: it has no tables and never asks what time it is. Dates are days in the town; moments become days with
``kit.town``. Other engines decide what is due and what follows when it is late.
"""
