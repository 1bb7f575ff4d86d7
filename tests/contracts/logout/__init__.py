"""The logout room on both databases."""
