"""Authentication methods, one folder each; none knows another."""
