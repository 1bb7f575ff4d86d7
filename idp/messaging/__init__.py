"""Delivers short texts and mails to people, and owns their wording.

Does not decide who gets what and when, and does not retry: jobs do.
"""
