"""Search: ranks what rooms declare searchable, in every language and script. It knows no service by name.

Few documents: ``rules.Index``, in memory. Many: the tables behind ``queries.search``, filled by ``actions.put_documents``.
Both understand and rank queries alike (`understanding`, `ranking`).
"""
