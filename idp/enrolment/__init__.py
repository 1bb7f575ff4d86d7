"""Getting an account and getting back into one: registration, recovery, import.

Stands on accounts, authn and proofing, and joins them. Does not own sessions: the web layer
starts and ends them with the account id that comes back, in the same transaction if it likes.
"""
