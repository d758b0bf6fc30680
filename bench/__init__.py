"""Measures Civium against the smallest possible Django view for each job, on the same server and database.

``make bench`` prints a table and writes ``build/bench.json``. The figure is CPU time per request (the server's processes
and PostgreSQL's together), because on a shared machine it varies by a tenth where requests per second vary twofold; ours
and the floor take turns, and the median of the rounds counts.
"""
