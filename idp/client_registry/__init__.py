"""The registry of clients: what each department portal registered, and its secret.

Owns metadata, redirect URI comparison and secrets. Client software lives in the folder `clients/`
at the root and imports nothing from here.
"""
