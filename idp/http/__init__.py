"""The HTTP plumbing that every surface shares: cookies, CSRF, forms, templating, error responses.

Decides nothing about identity; mounts nothing.
"""
