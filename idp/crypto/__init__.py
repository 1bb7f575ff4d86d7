"""Cryptographic building blocks: key derivation, envelopes, blind indexes, password hashes.

Owns algorithms and formats. Does not own where keys or ciphertexts are stored.
"""
