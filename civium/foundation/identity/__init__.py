"""Who is this, in what role, acting for whom; and what a page demands of its visitor.

People, agencies, memberships with roles, organisations a person acts for, and the policy that every URL declares.
It leaves sign-in itself (passwords, passkeys, codes) to django-allauth, and what a person may do with one object to that
object's room.
"""
