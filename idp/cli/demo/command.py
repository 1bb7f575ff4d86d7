"""idp demo"""

from __future__ import annotations

import asyncio
import importlib.util
import os
from pathlib import Path

import typer

from idp.cli.commands import new_app
from idp.cli.demo import environments, words
from idp.cli.demo.generated import Generated, load_or_generate
from idp.cli.demo.part import Program
from idp.cli.demo.ports import DEFAULT_BASE, HIGHEST_BASE, HOST, Ports
from idp.cli.demo.watch import Company, PartEndedError
from idp.cli.refusals import Status, refuse
from idp.launcher.embedded_home import prepare_folder
from idp.launcher.folder_lock import FolderLock
from idp.launcher.one_shot import run_in_child

app = new_app("Run the whole demonstration on this machine.")


@app.command()
def demo(
    port_base: int = typer.Option(
        DEFAULT_BASE, min=1024, max=HIGHEST_BASE, help="Moves all ports together."
    ),
    data_dir: Path = typer.Option(Path(".demo"), help="Folder of the demonstration."),
) -> None:
    """Run provider, simulated registers, two department portals and a home page, until Ctrl-C.

    Everything listens on this machine only; every secret is made at random on the first run.
    """
    sources = _source_root()
    ports, folder = Ports.from_base(port_base), data_dir.resolve()
    if busy := ports.busy():
        refuse(words.ports_in_use(busy, port_base), Status.FAILED)
    prepare_folder(folder)
    with FolderLock(folder):
        generated = load_or_generate(folder)
    typer.echo(words.STARTING)
    _prepare(ports, folder, generated, sources)
    _run(ports, folder, generated, sources)


def _source_root() -> Path:
    spec = importlib.util.find_spec("clients")
    if spec is None or spec.origin is None:
        refuse(words.no_clients(Path.cwd()))
    return Path(spec.origin).parents[1]


def _prepare(ports: Ports, folder: Path, generated: Generated, sources: Path) -> None:
    environment = environments.neutral(os.environ, sources)
    environment |= environments.provider(ports, folder, generated)

    def prepare() -> int:
        from idp.cli.demo.preparation import prepare_demo
        from idp.errors import TongxingError

        os.environ.clear()
        os.environ.update(environment)
        sample = sources / "clients" / "portals" / "clients.yaml"
        try:
            asyncio.run(prepare_demo(ports, folder, generated, sample))
        except TongxingError as error:
            refuse(error.hint or error.debug or error.code, Status.FAILED)
        return 0

    if status := run_in_child(prepare):
        raise typer.Exit(status)


def _run(ports: Ports, folder: Path, generated: Generated, sources: Path) -> None:
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    try:
        with Company(_programs(ports, folder, generated, sources), logs) as company:
            if company.start():
                typer.echo(words.ready(ports, generated))
                company.watch()
    except PartEndedError as error:
        typer.echo(words.part_ended(error.part), err=True)
        raise typer.Exit(Status.FAILED) from None
    typer.echo(words.STOPPED)


def _programs(
    ports: Ports, folder: Path, generated: Generated, sources: Path
) -> tuple[Program, ...]:
    base = environments.neutral(os.environ, sources)

    def program(
        name: str, arguments: tuple[str, ...], own: dict[str, str], port: int, health: str
    ) -> Program:
        return Program(name, arguments, base | own, f"http://{HOST}:{port}{health}")

    return (
        program(
            "registers",
            ("idp", "registers", "serve", "--host", HOST, "--port", str(ports.registers)),
            environments.registers(generated),
            ports.registers,
            "/health",
        ),
        program(
            "provider",
            ("idp", "serve"),
            environments.provider(ports, folder, generated),
            ports.provider,
            "/healthz/ready",
        ),
        program(
            "tax-portal",
            ("clients.portals.tax",),
            environments.tax_portal(ports, generated),
            ports.tax,
            "/healthz",
        ),
        program(
            "social-insurance-portal",
            ("clients.portals.social_insurance",),
            environments.social_portal(ports, generated),
            ports.social,
            "/healthz",
        ),
        program(
            "home",
            ("clients.demo",),
            environments.home(ports, folder, generated),
            ports.home,
            "/healthz",
        ),
    )
