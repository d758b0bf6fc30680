"""People whom other systems know, and people whom we vouch for: national identities in, sister systems out.

Signing in with a national or municipal identity (OpenID Connect, SAML), how sure each makes us, and the OpenID provider
that lets other systems of the town sign people in with their consent. Accounts themselves are ``identity``'s.
"""
