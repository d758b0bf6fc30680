"""Programs that run without Civium, its settings, its keys and its database: the verifier and the witness.

They import nothing of the house, and are copied to other machines as they are.
"""
