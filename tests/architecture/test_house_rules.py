"""Habits of this code base that no linter knows, checked on the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_tree import ROOT, Function, Source, sources

LONGEST_FUNCTION = 60
LONGEST_FILE = 300
LONGEST_TEST_FILE = 400

# Modules that may catch everything and go on, and how often. Each of them stands between something
# that may fail in unforeseen ways and something that has to go on.
# Whoever raises again at the end is not meant.
CATCH_ALL = {
    "idp/launcher/child_process.py": 1,
    "idp/launcher/one_shot.py": 1,
    "idp/launcher/supervisor.py": 1,
    "idp/middleware/request_record.py": 1,
    "idp/observability/logging.py": 1,
    "idp/web/direct_routes.py": 1,
    "idp/worker/housekeeping.py": 1,
    "idp/worker/job_loop.py": 1,
}

# Neither has an event loop; they look after processes.
SLEEPERS = {"idp/launcher/embedded_valkey.py", "idp/cli/demo/watch.py"}

# Programs: they speak to whoever started them.
PRINTERS = ("idp/cli/", "idp/messaging/providers/console.py")


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(t, ast.Name) and t.id in {"Exception", "BaseException"} for t in types)


def _catch_alls(source: Source) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler) or isinstance(node.body[-1], ast.Raise):
            continue
        if _catches_everything(node):
            yield node


def _is_time_sleep(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "time" and any(alias.name == "sleep" for alias in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "sleep"
        and isinstance(node.value, ast.Name)
        and node.value.id == "time"
    )


def test_everything_is_caught_only_where_the_list_says() -> None:
    found = {
        source.name: count
        for source in sources("idp", "clients")
        if (count := sum(1 for _ in _catch_alls(source)))
    }
    assert found == CATCH_ALL


def test_nobody_sleeps_on_the_event_loop() -> None:
    found = {
        source.name
        for source in sources("idp")
        if any(_is_time_sleep(node) for node in ast.walk(source.tree))
    }
    assert found <= SLEEPERS


def test_only_the_command_line_prints() -> None:
    found = [
        f"{source.name}:{call.lineno}"
        for source in sources("idp", "clients")
        for call in source.calls("print")
        if not source.name.startswith(PRINTERS)
    ]
    assert found == []


def test_functions_are_short() -> None:
    found = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in sources("idp", "clients")
        for function in source.functions()
        if _length(function) > LONGEST_FUNCTION
    ]
    assert found == []


def test_files_are_short() -> None:
    found = [
        f"{source.name}: {source.lines}"
        for source in sources("idp", "clients", "bench", "tests")
        if source.lines > (LONGEST_TEST_FILE if source.name.startswith("tests/") else LONGEST_FILE)
    ]
    assert found == []


def test_every_room_says_what_it_owns() -> None:
    rooms = [path.parent for path in (ROOT / "idp").glob("*/__init__.py")]
    assert rooms
    silent = [room.name for room in rooms if not _docstring(room / "__init__.py")]
    assert silent == []


def test_a_package_holds_code_in_named_modules_and_not_in_its_init() -> None:
    """Lists written by hand are the exception: `CHECKS`, `GRANTS`, `METHODS`, `PAGES`, ..."""
    found = []
    for source in sources("idp", "clients"):
        if not source.name.endswith("/__init__.py"):
            continue
        defined = [
            node
            for node in source.tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        found += [f"{source.name}:{node.lineno} {node.name}" for node in defined]
    assert found == []


def test_only_the_unit_of_work_commits() -> None:
    found = {source.name for source in sources("idp") if any(source.calls(".commit"))}
    assert found <= {"idp/storage/database.py", "idp/storage/migrations.py"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "data"}
    found = [
        source.name
        for source in sources("idp", "clients", "tests")
        if empty & {Path(part).stem for part in source.name.split("/")}
    ]
    assert found == []


def _length(function: Function) -> int:
    """Lines of a function, without its docstring."""
    first = function.body[0]
    told = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if told else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
