"""The one HTTP client: every request this service sends goes through its limits and egress rules.

Owns where we may connect to and for how long; does not know what is asked there.
"""
