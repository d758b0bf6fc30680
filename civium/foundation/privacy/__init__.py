"""Privacy: who reads whose data and why; what rooms hold about a person, and what follows from it: consent, retention, erasure.

Nothing of a person opens outside of a reading: see ``actions.declare_reading``. It knows no room by name: each says in its
``personal_data.py`` what it holds, why, how long, and how to give it back or forget it.
"""
