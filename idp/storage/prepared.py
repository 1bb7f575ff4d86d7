"""Statements of the hot paths: written in Core, compiled once, run by the driver itself.

Building a Core expression and taking it through SQLAlchemy's execution costs several times what
the driver needs to run it (docs/decisions/0014-prepared-statements.md). A `Prepared` is built when
its module is imported and compiled for a dialect when it is first run there. From then on a call
is: values to arguments, one call of the driver, records to rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sqlalchemy import Executable, Row, Select, TextClause, UpdateBase
from sqlalchemy.engine import result_tuple
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter, ClauseElement
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

Converter: TypeAlias = Callable[[Any], Any]
Build: TypeAlias = Callable[[str], Executable]


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement as one dialect's driver takes it."""

    sql: str
    names: frozenset[str]
    """What a call has to give."""
    constants: Mapping[str, Any]
    """What the statement brings along, for instance its LIMIT."""
    arguments: tuple[tuple[str, Converter | None], ...]
    """The placeholders in order: name, and how its value is made ready for the driver."""
    results: tuple[tuple[int, Converter], ...]
    """The columns whose values are not yet what the column's type promises."""
    make_row: Callable[[Iterable[Any]], Row[Any]]
    only_reads: bool
    """It changes nothing and locks nothing, so it may run before a transaction begins."""

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the driver's arguments; raises ValueError when `values` are not those wanted."""
        if values.keys() != self.names:
            raise ValueError(f"the statement wants {sorted(self.names)}, not {sorted(values)}")
        if self.constants:
            values = {**self.constants, **values}
        return [
            values[name] if convert is None else convert(values[name])
            for name, convert in self.arguments
        ]

    def rows(self, records: Iterable[Sequence[Any]]) -> list[Row[Any]]:
        """Return the driver's records as rows of the kind that every query returns."""
        rows = []
        for record in records:
            values = list(record)
            for index, convert in self.results:
                values[index] = convert(values[index])
            rows.append(self.make_row(values))
        return rows


class Prepared:
    """One statement with named `bindparam`s in place of values.

    Where the databases differ, `statement` is a function from the dialect's name to the statement.
    IN lists and multi-row VALUES, whose text depends on the values, are for Core.
    """

    def __init__(self, statement: Executable | Build) -> None:
        self._statement = statement
        self._plans: dict[str, Plan] = {}

    def plan_for(self, dialect: Dialect) -> Plan:
        """Return the statement for a dialect whose engine has connected before."""
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = self._compile(dialect)
        return plan

    def _compile(self, dialect: Dialect) -> Plan:
        given = self._statement
        statement = given if isinstance(given, ClauseElement) else cast(Build, given)(dialect.name)
        compiled = cast(ClauseElement, statement).compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
            raise TypeError("the text of a prepared statement must not depend on values")
        binds = compiled.binds
        wanted = frozenset(name for name, bind in binds.items() if bind.required)
        columns = compiled._result_columns
        return Plan(
            sql=str(compiled),
            names=wanted,
            constants={name: bind.value for name, bind in binds.items() if name not in wanted},
            arguments=tuple(
                (name, _to_driver(binds[name], dialect)) for name in compiled.positiontup or ()
            ),
            results=tuple(
                (index, convert)
                for index, column in enumerate(columns)
                if (convert := _from_driver(column.type, dialect)) is not None
            ),
            make_row=result_tuple([column.keyname for column in columns]),
            only_reads=_only_reads(cast(ClauseElement, statement)),
        )


def _only_reads(statement: ClauseElement) -> bool:
    if not isinstance(statement, Select):
        return False
    return not any(
        isinstance(part, UpdateBase | TextClause)
        or (isinstance(part, Select) and part._for_update_arg is not None)
        for part in iterate(statement)
    )


def _to_driver(bind: BindParameter[Any], dialect: Dialect) -> Converter | None:
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Converter | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
