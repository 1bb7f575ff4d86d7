"""Delivers short texts and mails to people, and owns their wording.

Does not decide who gets what and when. Codes are sent at once or not at all; notices go through
the outbox and are tried again.
"""
