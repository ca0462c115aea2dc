"""The migration workflow: moves one VIF from its source to its target, or rolls it back.

Read `_workflow` first: it shows the whole. The functions decide; the workflow says which function
is invoked when, and where its answer leads. Handlers get the time and the execution's facts from
the context object, so that every decision can be replayed from the execution's history.
"""

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.migration import VALIDATE_SIZE, MigrationFunctions
from infra.names import Machine
from infra.permissions import allow_on_executions, create_before
from infra.settings.model import Settings
from infra.workflows.catching import caught
from infra.workflows.claiming import SENDER, claim_states
from infra.workflows.expressions import (
    ALL,
    ENDS,
    EXECUTION,
    GAP_OVER,
    NULL,
    request_id,
)
from infra.workflows.lock_states import ATTEMPT
from infra.workflows.machine import machine
from infra.workflows.migration.associating import associate_state
from infra.workflows.migration.ending import migration_ending
from infra.workflows.migration.locking import Locking
from infra.workflows.migration.observing import Observing
from infra.workflows.migration.proceeding import Proceeding
from infra.workflows.states import States
from infra.workflows.validating import Validating
from infra.workflows.waiting import Waiting
from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.migration import Association, Phase
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.outcomes import outcome_before_association
from vifshift.domain.request_envelope import LONGEST_REQUEST
from vifshift.domain.table_keys import ItemKind, request_claim_expression
from vifshift.domain.workflow import StateName

# Longer than the waits for approval, window and gateway and the migration itself can take.
LONGEST_MIGRATION = Duration.days(40)
CLAIM_SECONDS = LONGEST_MIGRATION.to_seconds() + 7 * 24 * 3600

VALIDATE_TIMEOUT = Duration.seconds(VALIDATE_SIZE.seconds + 10)

_REQUEST = "$validation.migration.request"


class MigrationWorkflow:
    """The state machine of migrations, made in the construct that has the lock table as well."""

    def __init__(
        self,
        scope: Construct,
        *,
        functions: MigrationFunctions,
        locks: dynamodb.ITableV2,
        bus: events.IEventBus,
        settings: Settings,
    ) -> None:
        self._functions = functions
        self._states = States(scope, bus, locks)
        self._validating = Validating(
            self._states,
            functions.validate,
            "validation",
            LONGEST_REQUEST,
            VALIDATE_TIMEOUT,
            assign={"checkedIn": f"{{% {ATTEMPT} %}}"},
        )
        self._waiting = Waiting(
            self._states,
            functions.hold,
            "validation",
            _REQUEST,
            cancellation=MigrationCancelled,
            is_any_answer_to_a_window_a_cancellation=True,
            minutes="$validation.approvalMinutes",
        )
        self._proceeding = Proceeding(self._states, self._waiting.ask)
        self.state_machine = machine(
            scope,
            Machine.MIGRATIONS,
            comment="Moves one virtual interface, verifies it, and rolls back if it fails.",
            chain=self._workflow(),
            functions=functions.of_the_workflow,
            timeout=LONGEST_MIGRATION,
            settings=settings,
        )
        describes = allow_on_executions(
            self.state_machine.role,
            "DescribesItself",
            "states:DescribeExecution",
            self.state_machine,
            "Which execution will hold a lock is not known at deployment.",
        )
        create_before(self.state_machine, describes)
        allow_on_executions(
            cast(iam.IRole, functions.report.role),
            "IsReported",
            "states:GetExecutionHistory",
            self.state_machine,
            "Every execution is reported.",
        )

    def _workflow(self) -> sfn.Chain:
        """Return the workflow as a whole; each state is made by the method of its name."""
        conclude = migration_ending(self._states, self._functions, CLAIM_SECONDS)
        associate = associate_state(self._states, self._functions, conclude)
        associate.next(Observing(self._states, self._functions).watch(conclude, associate))
        validate = self._validating.validate(
            StateName.VALIDATE, StateName.LAST_LOOK, conclude, is_recheck=False
        )
        validate.next(
            self._proceeding.before_the_lock(
                StateName.IS_THERE_ANYTHING_TO_DO,
                self._waiting.wait(self._start(conclude, associate), conclude),
                conclude,
            )
        )
        listed = self._states.locks.list_by_request(
            StateName.LIST_BY_REQUEST, ItemKind.MIGRATIONS_OF, CLAIM_SECONDS, validate
        )
        return self._receive().next(
            claim_states(
                self._states,
                StateName,
                StateName.CLAIM_REQUEST,
                ExecutionKind.MIGRATION,
                CLAIM_SECONDS,
                following=listed,
                conclude=conclude,
            )
        )

    def _receive(self) -> sfn.Pass:
        """Give every variable its first value, so that later states can read them all."""
        return self._states.assign(
            StateName.RECEIVE_REQUEST,
            {
                "requestId": f"{{% {request_id()} %}}",
                # One change number may stand for several moves.
                "claim": "{% ("
                "$body := $exists($states.input.request) ? $states.input.request : $states.input;"
                f"{request_claim_expression(request_id(), '$body')}) %}}",
                "execution": EXECUTION,
                "phase": Phase.FORWARD,
                "association": Association.NONE,
                "doubt": NULL,
                "validation": NULL,
                "observation": NULL,
                "progress": NULL,
                "failure": NULL,
                "problem": NULL,
                "unseenSince": NULL,
                "waitingSince": NULL,
                "holder": NULL,
                "lastHolder": NULL,
                "hasHolderEnded": False,
                "lookedAt": NULL,
                "calledAt": NULL,
                "checkedIn": f"{{% {ATTEMPT} %}}",
                "decidedIn": f"{{% {ATTEMPT} %}}",
                "approval": NULL,
                "lockKey": "none",
                "sender": f"{{% {SENDER} %}}",
                "claimant": NULL,
                "isReported": False,
                "isAllFree": True,
                GAP_OVER: False,
                ENDS: outcome_before_association(None),
            },
        )

    def _start(self, conclude: sfn.IChainable, associate: sfn.IChainable) -> sfn.IChainable:
        """Lock the gateway, validate again, and announce; without that, nothing is started."""
        announce = self._states.announce(
            StateName.ANNOUNCE_START,
            "$validation.announcement",
            assign={"decidedIn": f"{{% {ATTEMPT} %}}"},
        )
        caught(announce, conclude, ALL).next(associate)
        again = self._validating.validate(
            StateName.VALIDATE_AGAIN,
            StateName.LAST_LOOK_AGAIN,
            conclude,
            is_recheck=True,
            firstSeen="{% $validation.before %}",
            holder="{% $lastHolder %}",
            findings="{% $validation.findings %}",
        )
        again.next(self._proceeding.with_the_lock(StateName.IS_IT_STILL_GOOD, announce, conclude))
        return Locking(self._states, self._functions.hold).lock(again, conclude)
