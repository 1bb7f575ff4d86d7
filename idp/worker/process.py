"""The worker as a process."""

from __future__ import annotations

import asyncio
import signal

from idp.observability.logging import configure_logging, get_logger
from idp.services.wiring import build_services
from idp.settings import Settings, check_settings
from idp.worker.handlers import job_handlers
from idp.worker.housekeeping import Housekeeping, checkpoint_chore, do_once, purge_chores
from idp.worker.job_loop import JobLoop

_log = get_logger("worker")


def run_worker() -> None:
    """Work with the environment's settings until SIGTERM or SIGINT; raises UnsafeSettingsError."""
    settings = Settings()
    check_settings(settings)
    configure_logging(settings.observability.log_level)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    services = build_services(settings)
    checkpoint = checkpoint_chore(services.foundation)
    housekeeping = Housekeeping([checkpoint, *purge_chores(services.foundation)])
    jobs = JobLoop(services.database, services.clock, job_handlers(services))
    try:
        _log.info("worker_started")
        await asyncio.gather(jobs.run(stopping), housekeeping.run(stopping))
        await do_once(checkpoint)
    finally:
        await services.close()
    _log.info("worker_stopped")
