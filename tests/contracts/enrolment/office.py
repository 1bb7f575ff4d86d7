"""Registration and recovery, wired on both databases and a real ephemeral store."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from idp.enrolment.account_opening import AccountOpening
from idp.enrolment.answers import Begun, CodeAnswer, PasswordAnswer
from idp.enrolment.drafts import Drafts
from idp.enrolment.identity_check import IdentityCheck
from idp.enrolment.own_identity import OwnIdentity
from idp.enrolment.recovery import PasswordRecovery
from idp.enrolment.recovery_store import Recoveries
from idp.enrolment.registration import Registration
from idp.enrolment.registration_answers import ProveAnswer
from idp.enrolment.registration_proof import RegistrationProof
from idp.enrolment.seeding import AccountSeeding
from idp.enrolment.settings import EnrolmentSettings
from idp.messaging.errors import MessageNotSentError
from idp.messaging.message import Message
from idp.messaging.notice_jobs import JOB_KIND, NoticeBox, NoticeDeliveries
from idp.proofing.attempts import ProofingAttempts
from idp.proofing.settings import ProofingSettings
from idp.storage.ephemeral import Space
from idp.worker.job_loop import JobLoop
from tests.contracts.enrolment.registers import TableRegister
from tests.contracts.rooms import NAME, NUMBER, PASSWORD, PHONE, ROOT, Rooms


class Post:
    """Takes messages, as a gateway would."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refusal: MessageNotSentError | None = None

    async def send(self, message: Message) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.messages.append(message)

    def to(self, phone: str) -> list[Message]:
        """Return what a phone received."""
        return [one for one in self.messages if one.to == phone]

    def code_for(self, phone: str) -> str:
        """Return the last code a phone received."""
        found = re.search(r"\d{6}", self.to(phone)[-1].text)
        assert found, "no code in the last message"
        return found[0]


@dataclass
class Office:
    """Everything up to `enrolment`."""

    rooms: Rooms
    space: Space
    proofing: ProofingSettings = field(default_factory=ProofingSettings)

    def __post_init__(self) -> None:
        rooms, settings = self.rooms, EnrolmentSettings()
        self.post = Post()
        self.notices = NoticeBox(ROOT, rooms.clock)
        self.register = TableRegister(rooms.clock)
        self.drafts = Drafts(self.space, ROOT, rooms.clock)
        self.check = IdentityCheck(
            self.register, rooms.clock, rooms.accounts_settings, self.proofing
        )
        self.attempts = ProofingAttempts(rooms.database, rooms.clock, self.proofing)
        opening = AccountOpening(
            rooms.database,
            rooms.persons,
            rooms.credentials,
            self.notices,
            rooms.audit,
            rooms.clock,
        )
        self.registration = Registration(
            database=rooms.database,
            drafts=self.drafts,
            codes=rooms.codes,
            sender=self.post,
            policy=rooms.policy,
            hasher=rooms.hasher,
            check=self.check,
            proof=RegistrationProof(
                rooms.database, self.attempts, self.check, opening, rooms.indexes, rooms.audit
            ),
            persons=rooms.persons,
            indexes=rooms.indexes,
            settings=settings,
        )
        self.recoveries = Recoveries(ROOT, rooms.clock, settings.recovery_seconds)
        self.recovery = PasswordRecovery(
            database=rooms.database,
            recoveries=self.recoveries,
            persons=rooms.persons,
            indexes=rooms.indexes,
            codes=rooms.codes,
            check=self.check,
            own_identity=OwnIdentity(rooms.persons, rooms.indexes, rooms.subject_keys),
            throttle=rooms.throttle,
            policy=rooms.policy,
            hasher=rooms.hasher,
            credentials=rooms.credentials,
            sender=self.post,
            notices=self.notices,
            audit=rooms.audit,
            settings=settings,
        )
        self.seeding = AccountSeeding(
            rooms.database,
            rooms.persons,
            rooms.credentials,
            rooms.hasher,
            rooms.audit,
            rooms.clock,
            rooms.accounts_settings,
        )

    async def send_notices(self) -> None:
        """Do what a worker does that has just started, until nothing is due."""
        rooms = self.rooms
        deliveries = NoticeDeliveries(rooms.database, self.post, ROOT, rooms.clock)
        worker = JobLoop(rooms.database, rooms.clock, {JOB_KIND: deliveries.run})
        while await worker.work():
            pass

    async def verified_draft(self, phone: str = PHONE) -> str:
        """Start a registration and type the code; returns its id."""
        begun = await self.registration.begin(phone)
        assert isinstance(begun, Begun)
        answer = await self.registration.verify_code(begun.flow_id, self.post.code_for(phone))
        assert answer is CodeAnswer.ACCEPTED
        return begun.flow_id

    async def ready_draft(self, phone: str = PHONE, password: str = PASSWORD) -> str:
        """Go on until the last step; returns the draft's id."""
        draft_id = await self.verified_draft(phone)
        kept = await self.registration.set_password(draft_id, password)
        assert kept is PasswordAnswer.KEPT
        return draft_id

    async def register_person(
        self, name: str = NAME, number: str = NUMBER, phone: str = PHONE
    ) -> ProveAnswer:
        """Register from the first step to the last."""
        draft_id = await self.ready_draft(phone)
        return await self.registration.prove(draft_id, name, None, number)
