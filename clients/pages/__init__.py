"""What every page of the sample clients shares: layout, style sheet and response headers.

Knows nothing about signing in, and nothing about any one department.
"""
