"""The stack: wires the constructs, and says what a person needs to type."""

from aws_cdk import CfnCondition, CfnOutput, Stack
from aws_cdk import aws_events as events
from constructs import Construct

from infra.functions.migration import Functions
from infra.messaging.answers import Answers
from infra.messaging.notifications import Notifications
from infra.messaging.schemas import Schemas
from infra.messaging.triggers import Triggers
from infra.messaging.windows import Windows
from infra.observability.monitoring import Monitoring, Watched
from infra.settings.model import Settings
from infra.storage import Archive
from infra.workflows.migration import MigrationWorkflow
from infra.workflows.migration_watchdog import Watchdog
from infra.workflows.plan import PlanWorkflow
from infra.workflows.plan_watchdog import PlanWatchdog


class VifShiftStack(Stack):
    """Everything of vifshift in one account and Region."""

    def __init__(self, scope: Construct, *, settings: Settings) -> None:
        super().__init__(
            scope,
            settings.stack_name,
            description="vifshift: moves Direct Connect virtual interfaces, and goes back.",
        )
        bus = self._bus(settings)
        functions = Functions(self, "Functions", settings=settings)
        migration = MigrationWorkflow(
            self, "Migration", functions=functions, bus=bus, settings=settings
        )
        functions.use_table(migration.locks)
        functions.use_bus(bus)
        archive = Archive(self, "Archive", settings=settings.evidence)
        functions.use_archive(archive.bucket)
        plan = PlanWorkflow(
            self,
            "Plan",
            functions=functions,
            migration=migration.state_machine,
            locks=migration.locks,
            evidence=archive.bucket,
            bus=bus,
            settings=settings,
        )
        triggers = Triggers(
            self,
            "Triggers",
            bus=bus,
            migration=migration.state_machine,
            plan=plan.state_machine,
            settings=settings,
        )
        Answers(
            self,
            "Answers",
            bus=bus,
            answer=functions.answer,
            state_machines=[migration.state_machine, plan.state_machine],
            dead_letters=triggers.dead_letters,
            settings=settings,
        )
        watchdog = Watchdog(
            self,
            "Watchdog",
            watched=migration.state_machine,
            functions=functions,
            locks=migration.locks,
            bus=bus,
            dead_letters=triggers.dead_letters,
            settings=settings,
        )
        plan_watchdog = PlanWatchdog(
            self,
            "PlanWatchdog",
            watched=plan.state_machine,
            functions=functions,
            locks=migration.locks,
            bus=bus,
            dead_letters=triggers.dead_letters,
            settings=settings,
        )
        notifications = Notifications(self, "Notifications", bus=bus, settings=settings)
        Monitoring(
            self,
            "Monitoring",
            migrations=Watched(migration.state_machine, watchdog.state_machine),
            plans=Watched(plan.state_machine, plan_watchdog.state_machine),
            functions=functions,
            dead_letters=triggers.dead_letters,
            people=notifications,
            settings=settings,
        )
        if settings.windows:
            windows = Windows(
                self,
                "Windows",
                windows=settings.windows,
                migration=migration.state_machine,
                plan=plan.state_machine,
                dead_letters=triggers.dead_letters,
                stack_name=settings.stack_name,
            )
            self._tell(
                "ScheduleGroupName",
                windows.group.schedule_group_name,
                "The group of the schedules that open the windows of the settings.",
            )
        schemas = Schemas(self, "Schemas", settings=settings)
        self._tell(
            "SchemaRegistryName",
            schemas.registry.attr_registry_name,
            "The registry with the schema of every event.",
            condition=schemas.exist,
        )
        self._tell(
            "StateMachineArn",
            migration.state_machine.state_machine_arn,
            "The state machine of migrations: start one here.",
        )
        self._tell(
            "WatchdogStateMachineArn",
            watchdog.state_machine.state_machine_arn,
            "The state machine that looks after interrupted migrations.",
        )
        self._tell(
            "PlanStateMachineArn",
            plan.state_machine.state_machine_arn,
            "The state machine of plans: start one here.",
        )
        self._tell(
            "PlanWatchdogStateMachineArn",
            plan_watchdog.state_machine.state_machine_arn,
            "The state machine that looks after interrupted plans.",
        )
        self._tell(
            "EventBusName",
            bus.event_bus_name,
            "The bus that requests come in on, and events go out on.",
        )
        self._tell(
            "DeadLetterQueueUrl",
            triggers.dead_letters.queue_url,
            "The queue of what could not be started; make redrive starts it again.",
        )
        self._tell(
            "UndeliveredNotificationsQueueUrl",
            notifications.untold.queue_url,
            "The queue of notifications that could not be delivered.",
        )
        self._tell(
            "LocksTableName",
            migration.locks.table_name,
            "The table of locks, claims and the progress of plans.",
        )
        outputs = {
            "NotificationTopicArn": "The topic for chat: connect a Slack or Teams channel to it.",
            "EmailTopicArn": "The topic that the addresses of the settings are subscribed to.",
        }
        for (name, description), topic in zip(outputs.items(), notifications.topics, strict=False):
            self._tell(name, topic.topic_arn, description)
        self._tell(
            "EvidenceBucketName",
            archive.bucket.bucket_name,
            "The bucket of evidence: a report of every migration and plan. It outlives the stack.",
        )

    def _tell(
        self, name: str, value: str, description: str, condition: CfnCondition | None = None
    ) -> None:
        CfnOutput(self, name, value=value, description=description, condition=condition)

    def _bus(self, settings: Settings) -> events.IEventBus:
        """Make the bus, or use the one that is there already."""
        if settings.event_bus_exists:
            return events.EventBus.from_event_bus_name(self, "Bus", settings.bus_name)
        return events.EventBus(self, "Bus", event_bus_name=settings.bus_name)
