"""Notice and consent (告知与授权): what a person was told and allowed, per client.

Owns decisions with their versions and history. Does not own the claims themselves, nor pages.
"""
