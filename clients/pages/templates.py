"""Jinja environment of the sample clients: everything escaped, nothing undefined."""

from __future__ import annotations

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse


class Pages:
    """Renders templates found in the given packages, the most specific package first."""

    def __init__(self, packages: list[str], **always: object) -> None:
        self.environment = Environment(
            loader=ChoiceLoader([PackageLoader(name) for name in packages]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(always)

    def respond(self, template: str, status_code: int = 200, **values: object) -> HTMLResponse:
        """Render `template` with `values` as an HTML response."""
        text = self.environment.get_template(template).render(**values)
        return HTMLResponse(text, status_code=status_code)
