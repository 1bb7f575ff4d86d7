"""Tokens: what they say, how they are signed, when they die.

Owns token families, claims and subjects. Does not own the protocol messages that carry them.
"""
