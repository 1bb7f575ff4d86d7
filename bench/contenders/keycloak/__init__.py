"""Keycloak, put together from its Maven artifacts, on PostgreSQL."""
