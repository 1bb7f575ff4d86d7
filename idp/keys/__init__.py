"""Signing keys: made, published before use, rotated, revoked.

Owns key material at rest and the JWK Set. Does not own what is signed with it.
"""
