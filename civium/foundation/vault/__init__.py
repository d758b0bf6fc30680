"""Keys and sealing: the only room that touches cryptography.

Root key -> key per purpose and version -> key per owner (a person, an application, a case) -> AES-256-GCM.
Destroying an owner's key erases everything sealed under it, backups included. What is sealed is the business of other rooms.
"""
