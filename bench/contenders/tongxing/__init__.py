"""This provider, on PostgreSQL with Redis or in its embedded home."""
