"""Unit tests may set up logging as they like; servers that other tests keep running in the same
process find theirs again."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def kept_logging() -> Iterator[None]:
    """Put the process's logging back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    was_configured, config = structlog.is_configured(), structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    if was_configured:
        structlog.configure(**config)
    else:
        structlog.reset_defaults()
