"""Behavior of Direct Connect that is undocumented or varies, as settings.

Each says whether its default is documented (D), seen in public issues or code (S) or inferred (I).
"""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from simulator.directconnect.scenario_model import ScenarioModel, Seconds

Count = Annotated[int, Field(ge=0)]


class StaleView(StrEnum):
    """What a lagging Describe shows of the time before the move."""

    CONNECTION_ID = "connectionId"
    EVERYTHING = "everything"


class Throttle(ScenarioModel):
    """A token bucket over all operations of an account and Region."""

    rate: Annotated[float, Field(gt=0)]
    burst: Annotated[int, Field(ge=1)]


class Knobs(ScenarioModel):
    """The behavior of this Direct Connect where the documentation is silent or accounts differ.

    Each default is documented (D), seen in public issues or code (S), or inferred (I).
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    available_after_seconds: Seconds = 40
    """Default timeline: from the arrival to `available`, peers up, routes back (I)."""
    old_peer_seconds: Seconds | None = 20
    """How long the old peer, `deleting`, is still described (I); `null`: it never leaves."""
    old_peer_bgp_status: str = "down"
    """What the old peer's BGP status reads (D: `down` in the CLI example; I: it may read `up`)."""
    describe_lag_seconds: Seconds = 0
    """How long Describe shows the connection of before the move (I)."""
    describe_lag_shows: StaleView = StaleView.CONNECTION_ID
    """Whether a lagging Describe shows only the old connectionId, or the whole old record (I)."""
    describe_lag_alternates: bool = False
    """While it lags, every second Describe shows the truth (I)."""
    refuse_while_pending: bool = False
    """Refuse to move a VIF still `pending` from a move: "is in a transitioning state" (S)."""
    delete_seconds: Seconds = 10
    """From `deleting` to `deleted` (I)."""
    deleted_visible_seconds: Seconds = 900
    """How long a deleted VIF is still described (D: about 15 minutes)."""
    private_and_public_quota: Count = 50
    """Private and public VIFs on a dedicated connection or LAG (D)."""
    transit_quota: Count = 4
    """Transit VIFs on a dedicated connection or LAG (D)."""
    total_quota: Count = 54
    """All VIFs on a dedicated connection or LAG (D: 51 on one AWS page, 54 on another)."""
    hosted_quota: Count = 1
    """VIFs on a hosted connection (D)."""
    rate_limited_quota: Count = 10
    """Rate-limited VIFs on a dedicated connection or LAG (D)."""
    failover_test_minutes: Annotated[int, Field(ge=1)] = 180
    """Length of a failover test that names none (D)."""
    failover_test_max_minutes: Annotated[int, Field(ge=1)] = 4320
    """Longest failover test (D)."""
    created_connection_state: str = "available"
    """The state of a created connection or LAG (moto's choice; AWS starts at `requested`, D)."""
    call_seconds: Seconds = 0
    """How long every call takes: it has its effect on arrival, and is answered later (I)."""
    throttle: Throttle | None = None
    """No API rate limit is published (D), so none by default."""
