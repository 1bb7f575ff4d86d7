"""What certification suites for OpenID providers look at, line by line of docs/certification.md:
black box, over TLS, by clients that register themselves. What is not on that list is tested beside
this folder."""
