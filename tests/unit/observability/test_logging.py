from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import orjson
import pytest

from idp.observability.logging import configure_logging, get_logger
from idp.observability.request_context import request_context

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.fixture
def stream() -> Iterator[io.BytesIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    out = io.BytesIO()
    configure_logging("INFO", stream=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.BytesIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_time_level_and_request(stream: io.BytesIO) -> None:
    with request_context("0af7651916cd43dd8448eb211c80319c") as context:
        get_logger("test").info("code_issued", client_id="portal", code="SECRET", note="a\nb")
    (line,) = lines(stream)
    assert line["event"] == "code_issued"
    assert line["level"] == "info"
    assert line["logger"] == "test"
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert line["request_id"] == context.request_id
    assert line["code"] == "[redacted]"
    assert str(line["timestamp"]).endswith("Z")


def test_the_standard_library_goes_the_same_way(stream: io.BytesIO) -> None:
    try:
        raise ValueError(f"token {JWT}")
    except ValueError:
        logging.getLogger("somewhere").exception("failed for %s", "13800138000")
    (line,) = lines(stream)
    assert line["event"] == "failed for [redacted]"
    assert "Traceback" in str(line["exception"])
    assert JWT not in stream.getvalue().decode()


def test_exceptions_logged_by_us_are_cleaned(stream: io.BytesIO) -> None:
    try:
        raise ValueError(f"token {JWT}")
    except ValueError:
        get_logger("test").exception("failed")
    assert "Traceback" in str(lines(stream)[0]["exception"])
    assert JWT not in stream.getvalue().decode()


def test_authlib_and_uvicorn_access_lines_are_silent(stream: io.BytesIO) -> None:
    logging.getLogger("authlib.oauth2").error("token=SECRET")
    logging.getLogger("uvicorn.access").info("GET /cb?code=SECRET")
    logging.getLogger("httpx2").info("GET https://x/?code=SECRET")
    assert stream.getvalue() == b""


def test_a_message_whose_arguments_do_not_fit_is_still_logged(stream: io.BytesIO) -> None:
    configure_logging("INFO", stream=stream)  # pytest's own handler would raise on such a record
    logging.getLogger("somewhere").warning("%d items", "many")
    assert lines(stream)[0]["event"] == "%d items"


def test_a_value_whose_repr_fails_does_not_raise(stream: io.BytesIO) -> None:
    class Hostile:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    get_logger("test").info("odd", thing=Hostile())
    assert lines(stream)[0]["event"] == "unloggable"
