"""Real servers that tests start and stop themselves: PostgreSQL, Redis 7, Valkey."""
