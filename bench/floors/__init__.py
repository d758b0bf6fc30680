"""The smallest possible Django site that does each job: what no framework of ours can be faster than."""
