"""Single logout: ending sessions and telling every portal that was entered through them.

Owns the delivery ledger and back-channel logout. Does not own sessions or tokens themselves.
"""
