"""Single logout: ending sessions and telling every portal that was entered through them.

Owns both channels and the ledger of deliveries. Does not own sessions or tokens themselves.
"""
