"""Authorization requests: checked in one fixed order, answered in one place."""
