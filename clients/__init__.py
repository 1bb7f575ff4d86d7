"""Software that departments would write: sample portals and the demonstration's home page.

Nothing here imports `idp`: these programs know the provider only through its published endpoints.
"""
