"""Which service carries out which kind of job: the whole list, by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from idp.logout.service import JOB_KIND as BACKCHANNEL_LOGOUT
from idp.messaging.notice_jobs import JOB_KIND as NOTICE
from idp.services.wiring import Services
from idp.storage.outbox import Job

Handler: TypeAlias = Callable[[Job], Awaitable[None]]


def job_handlers(services: Services) -> Mapping[str, Handler]:
    """Return the handler of every kind of job."""
    return {
        BACKCHANNEL_LOGOUT: services.logout_deliveries.run,
        NOTICE: services.enrolment.notice_deliveries.run,
    }
