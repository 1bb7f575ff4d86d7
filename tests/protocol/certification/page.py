"""Reading docs/certification.md: its settings, its accounts, its clients and its list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.source_tree import ROOT

PAGE = ROOT / "docs" / "certification.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r"^(?:export )?IDP_(\w+)='?(.*?)'?$", re.MULTILINE)
_LINE = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Certification:
    """What the page tells an operator to set up, and which lines it lists."""

    variables: Mapping[str, str]
    users: list[dict[str, Any]]
    clients: list[dict[str, Any]]
    lines: Mapping[int, str]

    def settings(self, issuer: str, ca_bundle: Path) -> dict[str, Any]:
        """Return the settings as the variables spell them, for a provider at `issuer` whose
        clients are on this machine."""
        tree: dict[str, Any] = {}
        for name, value in self.variables.items():
            *rooms, leaf = name.lower().split("__")
            room = reduce(lambda node, part: node.setdefault(part, {}), rooms, tree)
            room[leaf] = value
        # The proxy of the tests reports which browser it is, and clients' certificates.
        tree["http"] = {
            **tree.get("http", {}),
            "trusted_proxies": ("127.0.0.1/32",),
            "client_certificate_header": "Client-Cert",
            "client_certificate_verified_header": "X-Client-Verify",
        }
        tree["outbound"] = {
            "allow_hosts": ("127.0.0.1", "localhost"),
            "allow_insecure_loopback": True,
            "ca_bundle": ca_bundle,
        }
        return {**tree, "issuer": issuer}


def read_page() -> Certification:
    """Read the page as it is in the tree."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = _BLOCK.findall(text)
    variables = dict(_SETTING.findall("\n".join(body for kind, body in blocks if kind == "sh")))
    documents = [yaml.safe_load(body) for kind, body in blocks if kind == "yaml"]
    users = next(document for document in documents if isinstance(document, list))
    clients = next(document["clients"] for document in documents if isinstance(document, dict))
    lines = {int(number): line for number, line in _LINE.findall(text)}
    return Certification(variables, users, clients, lines)
