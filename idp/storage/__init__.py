"""Where bytes rest: the SQL database, the ephemeral store, the outbox.

Owns connections, transactions and column types. Does not own anybody's tables.
"""
