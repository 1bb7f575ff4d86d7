"""Proving that somebody is who signed up: authentication methods, throttles, one-time codes.

Owns credentials and failure counters. Does not own sessions (`sessions`), who a person is
(`accounts`) or how an identity is proven (`proofing`).
"""
