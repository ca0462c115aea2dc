"""The documents of a plan in the evidence bucket, and their keys."""

from datetime import datetime

from vifshift.domain.findings import Finding
from vifshift.domain.migration import Decision, Execution
from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterface
from vifshift.domain.object_keys import PLANS, report_folder
from vifshift.domain.observation import status_of
from vifshift.domain.overview import PlanOverview
from vifshift.domain.port_left import StayingVif
from vifshift.plan.planning.preflight import CheckedMove
from vifshift.plan.planning.tracks import Track


class Place(Model):
    """Where a document is stored; `version_id` is None if the bucket has no versions."""

    bucket: str
    key: str
    version_id: str | None = None

    @property
    def uri(self) -> str:
        """Return its URI, which does not name the version."""
        return f"s3://{self.bucket}/{self.key}"


class KeptMove(Model):
    """A move as it was judged; `name`, `source` and `gateway` are None if its VIF is unknown.

    `down` names the peers that are not up, if there are any.
    """

    number: int
    virtual_interface_id: str
    name: str | None
    source: str | None
    target: str
    gateway: str | None
    decision: Decision
    findings: tuple[Finding, ...] = ()
    down: tuple[str, ...] = ()

    @property
    def is_left_alone(self) -> bool:
        """Return whether its VIF does not work on its target, and is left as it is."""
        return self.decision is Decision.REJECTED and not any(each.blocks for each in self.findings)

    @classmethod
    def of(cls, move: CheckedMove, vif: VirtualInterface | None) -> "KeptMove":
        """Return the document's entry of a move."""
        return cls(
            number=move.number,
            virtual_interface_id=move.request.virtual_interface_id,
            name=(vif.virtual_interface_name or None) if vif else None,
            source=move.source,
            target=move.request.connection_id,
            gateway=move.gateway,
            decision=move.decision,
            findings=move.findings,
            down=status_of(vif).down if vif else (),
        )


class KeptPlan(Model):
    """All judged moves of a plan, in the order in which they are to be done.

    `staying` are the VIFs that an evacuation leaves on its port; `overview` is what people are
    shown, None of an earlier release.
    """

    moves: tuple[KeptMove, ...]
    findings: tuple[Finding, ...]
    tracks: tuple[Track, ...] = ()
    order_that_works: tuple[int, ...] | None = None
    staying: tuple[StayingVif, ...] = ()
    overview: PlanOverview | None = None


def folder_of(execution: Execution, at: datetime) -> str:
    """Return the folder of a plan's documents and report."""
    return report_folder(PLANS, at, execution.name)


def key_of_moves(folder: str) -> str:
    """Return the key of its moves."""
    return f"{folder}/moves.json"


def key_of_scope(folder: str) -> str:
    """Return the key of what its digest covers."""
    return f"{folder}/scope.json"


def key_of_stage(folder: str, number: int) -> str:
    """Return the key of a stage; stages are counted from 0."""
    return f"{folder}/stage-{number}.json"
