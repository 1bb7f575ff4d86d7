"""What every request passes before it reaches a page or an endpoint, as plain ASGI middleware.

Owns limits, security headers, the client's address and the access log; knows no route.
"""
