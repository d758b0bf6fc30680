"""Signing in with an identity elsewhere; the demo town's identity; and sister systems that people sign in to from here."""
