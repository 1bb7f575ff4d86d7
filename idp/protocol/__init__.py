"""The protocol: authorization requests, client authentication, grants and their endpoints.

The only room that knows Authlib. Owns the messages of OAuth 2.0 and OpenID Connect, not the
state behind them.
"""
