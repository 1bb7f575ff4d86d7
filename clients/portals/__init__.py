"""A small relying party that two departments share: sign-in, sessions, single logout, pages.

Owns no department's content (see `tax` and `social_insurance`) and nothing of the provider.
"""
