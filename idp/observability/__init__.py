"""Logs, trace identifiers and metrics: what operators see of a running process.

Owns redaction, so that nothing above has to remember it. Does not own the audit trail.
"""
