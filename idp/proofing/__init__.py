"""Finds out how sure we are of who a person is: asks registers, keeps evidence, computes levels.

Owns no login and no account; a connector only answers, and never decides a level.
"""
