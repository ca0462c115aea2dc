"""The stack: wires the constructs, and says what a person needs to type."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events as events
from constructs import Construct

from infra.answers import Answers
from infra.archive import Archive
from infra.config import Settings
from infra.functions import Functions
from infra.migration_workflow import MigrationWorkflow
from infra.monitoring import Monitoring
from infra.notifications import Notifications
from infra.plan_watchdog import PlanWatchdog
from infra.plan_workflow import PlanWorkflow
from infra.schemas import Schemas
from infra.triggers import Triggers
from infra.watchdog import Watchdog
from infra.windows import Windows


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
            migration=migration.state_machine,
            watchdog=watchdog.state_machine,
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
            )
            CfnOutput(self, "ScheduleGroupName", value=windows.group.schedule_group_name)
        schemas = Schemas(self, "Schemas", stack_name=settings.stack_name)
        CfnOutput(self, "SchemaRegistryName", value=schemas.registry.attr_registry_name)
        CfnOutput(self, "StateMachineArn", value=migration.state_machine.state_machine_arn)
        CfnOutput(self, "WatchdogStateMachineArn", value=watchdog.state_machine.state_machine_arn)
        CfnOutput(self, "PlanStateMachineArn", value=plan.state_machine.state_machine_arn)
        CfnOutput(
            self,
            "PlanWatchdogStateMachineArn",
            value=plan_watchdog.state_machine.state_machine_arn,
        )
        CfnOutput(self, "EventBusName", value=bus.event_bus_name)
        CfnOutput(self, "DeadLetterQueueUrl", value=triggers.dead_letters.queue_url)
        CfnOutput(self, "LocksTableName", value=migration.locks.table_name)
        names = ("NotificationTopicArn", "EmailTopicArn")
        for name, topic in zip(names, notifications.topics, strict=False):
            CfnOutput(self, name, value=topic.topic_arn)
        CfnOutput(self, "EvidenceBucketName", value=archive.bucket.bucket_name)

    def _bus(self, settings: Settings) -> events.IEventBus:
        """Make the bus, or use the one that is there already."""
        if settings.event_bus_exists:
            return events.EventBus.from_event_bus_name(self, "Bus", settings.event_bus)
        return events.EventBus(self, "Bus", event_bus_name=settings.event_bus)
