"""The audit log: what happened, written in the same transaction as the act, hash-chained.

Owns events, chains, checkpoints and their verification. Does not own what is worth auditing:
each room names its own acts from the tags listed here.
"""
