"""The desk: the caseworker's queues, the page that shows one case, the money, and work that is stuck.

Cases, payments and jobs do the work; the desk shows them to whoever may see them and passes on what staff decide.
"""
