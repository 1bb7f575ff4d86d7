"""oidc-provider of npm, with an adapter, an interaction and accounts of our own around it."""
