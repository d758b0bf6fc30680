"""The look of every page: layout, components, tokens, icons, type, and what all pages share on their way out.

It knows no service and nobody by name; rooms above hand it what to show. What is on a page is the rooms' affair.
"""
