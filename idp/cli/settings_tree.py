"""The tree of settings as a flat list: variable, type, default, meaning."""

from __future__ import annotations

import ast
import inspect
import textwrap
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

from pydantic import BaseModel, HttpUrl, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

_WORDS: dict[Any, str] = {
    bool: "true | false",
    str: "text",
    int: "integer",
    float: "number",
    SecretStr: "secret",
    Path: "path",
    HttpUrl: "URL",
    IPv4Network: "IPv4 network",
    IPv6Network: "IPv6 network",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable. `default` is text; `meaning` one paragraph."""

    variable: str
    kind: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    """A model of the tree with its own settings."""

    title: str
    prefix: str
    settings: tuple[Setting, ...]


def sections(model: type[BaseModel], prefix: str = "IDP_") -> Iterator[Section]:
    """Yield the model's own settings and then those below it, in the order they are written."""
    meanings = _docstrings(model)
    own: list[Setting] = []
    below: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name}".upper()
        child = _submodel(field.annotation)
        if child is None:
            own.append(Setting(variable, _kind(field), _default(field), meanings.get(name, "")))
        else:
            below.append((f"{variable}__", child))
    if own:
        yield Section(_title(model), prefix, tuple(own))
    for child_prefix, child in below:
        yield from sections(child, child_prefix)


def _title(model: type[BaseModel]) -> str:
    return (inspect.getdoc(model) or model.__name__).split("\n\n")[0].replace("\n", " ")


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return the string under each field, for the model and what it inherits."""
    found: dict[str, str] = {}
    for ancestor in reversed(model.__mro__):
        if not issubclass(ancestor, BaseModel) or ancestor.__module__.startswith("pydantic"):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(ancestor))).body[0]
        lines = body.body if isinstance(body, ast.ClassDef) else []
        for statement, following in pairwise(lines):
            if (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and isinstance(following, ast.Expr)
                and isinstance(following.value, ast.Constant)
                and isinstance(following.value.value, str)
            ):
                found[statement.target.id] = " ".join(following.value.value.split())
    return found


def _submodel(annotation: Any) -> type[BaseModel] | None:
    options = typing.get_args(annotation) if _is_union(annotation) else (annotation,)
    for option in options:
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, UnionType)


def _kind(field: FieldInfo) -> str:
    """Return the type in an operator's words."""
    return _type_words(field.annotation)


def _type_words(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if _is_union(annotation):
        return " or ".join(_type_words(one) for one in arguments if one is not NoneType)
    if origin is typing.Literal:
        return " | ".join(str(one) for one in arguments)
    if origin is typing.Annotated:
        return _type_words(arguments[0])
    if origin in (list, tuple, set, frozenset):
        inner = ", ".join(dict.fromkeys(_type_words(a) for a in arguments if a is not Ellipsis))
        return f"JSON list of {inner}"
    if origin is dict:
        return "JSON object"
    return _WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | set | frozenset):
        words = [str(one) for one in value]
        return ", ".join(sorted(words) if isinstance(value, set | frozenset) else words)
    return str(value)
