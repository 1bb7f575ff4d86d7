"""Settings of the authentication room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class PasswordPolicySettings(BaseModel):
    """Which passwords citizens may choose (NIST SP 800-63B section 3.1.1)."""

    model_config = ConfigDict(extra="forbid")

    min_length_alone: int = Field(default=15, ge=8, le=64)
    """Characters, where the password is the only factor."""

    min_length_with_second_factor: int = Field(default=8, ge=8, le=64)
    """Characters, where signing in always asks for a second factor."""

    min_score: int = Field(default=3, ge=0, le=4)
    """Lowest zxcvbn score: 3 withstands 10^8 guesses, which throttled guessing never reaches."""


class ThrottleSettings(BaseModel):
    """What failures cost. The limits are those of NIST SP 800-63B section 3.2.2."""

    model_config = ConfigDict(extra="forbid")

    free_failures: int = Field(default=5, ge=2, le=10)
    """Failures after which an account and factor have to wait."""

    first_delay_seconds: int = Field(default=60, ge=1, le=3600)
    """The wait after that many failures; it doubles with each further one."""

    longest_delay_seconds: int = Field(default=900, ge=1, le=86_400)
    """Where the doubling ends, so that nobody is shut out for long by somebody else."""

    hard_cap: int = Field(default=100, ge=10, le=100)
    """Failures in a row after which only recovery helps."""

    retention_days: int = Field(default=30, ge=30, le=3650)
    """Days after its last failure at which a counter is forgotten."""


class KnownDeviceSettings(BaseModel):
    """Browsers that signed in before; each has a failure counter of its own."""

    model_config = ConfigDict(extra="forbid")

    lifetime_days: int = Field(default=400, ge=1, le=400)
    """Days a browser stays known without a sign-in (browsers keep no cookie longer)."""

    per_account: int = Field(default=10, ge=1, le=50)
    """Known browsers an account may have; the one unused for longest is forgotten."""


class OneTimeCodeSettings(BaseModel):
    """Codes sent by text message."""

    model_config = ConfigDict(extra="forbid")

    lifetime_seconds: int = Field(default=300, ge=60, le=300)
    """Seconds a code can be used."""

    tries: int = Field(default=5, ge=1, le=5)
    """Times a code can be typed."""

    pause_seconds: int = Field(default=60, ge=0, le=600)
    """Seconds between two codes to one phone."""

    per_target_per_day: int = Field(default=10, ge=1, le=100)
    """Codes to one phone in 24 hours for one purpose; with `tries` this bounds the guesses."""

    per_network_and_target: int = Field(default=5, ge=1, le=100)
    """Of these, the codes in 24 hours that one network may ask for: nobody uses up another one's
    day from a single place."""

    per_network: int = Field(default=60, ge=1, le=100_000)
    """Codes that one network may ask for in ten minutes. Mobile networks put many people behind
    one address."""

    total_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    """Codes to all phones in a minute for one purpose, against message pumping."""

    total_shards: int = Field(default=1, ge=1, le=64)
    """Rows over which the total is counted, so that it is not one row for a nation: about one for
    every hundred codes a second."""


class AuthnSettings(BaseModel):
    """How people prove that they are who signed up."""

    model_config = ConfigDict(extra="forbid")

    password_policy: PasswordPolicySettings = Field(default_factory=PasswordPolicySettings)
    """Which passwords may be chosen."""

    throttle: ThrottleSettings = Field(default_factory=ThrottleSettings)
    """What failed attempts cost."""

    known_devices: KnownDeviceSettings = Field(default_factory=KnownDeviceSettings)
    """How long browsers are remembered."""

    one_time_codes: OneTimeCodeSettings = Field(default_factory=OneTimeCodeSettings)
    """Codes sent by text message."""
