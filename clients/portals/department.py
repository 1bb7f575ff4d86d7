"""What distinguishes one department's portal from another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Words:
    """The same text in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Service:
    """One line of the department's catalogue."""

    name: Words
    note: Words


@dataclass(frozen=True)
class Department:
    """Content and choices of one portal; the code around it is shared."""

    key: str
    package: str  # holds templates/task.html and static/department.css
    cookie_name: str  # distinct: ports of one host share cookies
    scope: str
    seal: str  # one character
    name: Words
    authority: Words
    headline: Words
    lead: Words
    receives: tuple[Service, ...]
    services: tuple[Service, ...]
    takes_people_back_after_logout: bool
    other_name: Words
    task: Callable[[str, date], object]  # (sub, today in Beijing) -> what task.html shows
