"""Ask for money and know when it came: fees, hosted checkouts, signed calls from providers, a double-entry ledger.

A payment does not know what it pays for: ``subject`` is an opaque string, and whoever asked reacts to ``PaymentSettled``.
No card number is ever asked for or stored here; the browser's word that something was paid counts for nothing.
"""
