"""Citizens' pages and the endpoints that relying parties call.

Adapts HTTP to the rooms below and decides nothing itself.
"""
