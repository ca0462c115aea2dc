"""What moto lacks to run a deployed CDK template on a laptop, in virtual time."""

from simulator.cloud.checkpoint import Checkpoint
from simulator.cloud.cloud import Cloud
from simulator.cloud.serving import Endpoint, serve
from simulator.core.context import Evaluation
from simulator.core.fault_plan import (
    EventFault,
    ExecutionInterruption,
    InterruptionKind,
    TaskFault,
)
from simulator.moto_ext.cloudwatch.metrics import DataPoint, MetricId
from simulator.moto_ext.iam.journal import Denial
from simulator.moto_ext.stepfunctions.faults.planning import UnknownFaultTargetError
from simulator.virtual_time.clock import VirtualClock

__all__ = [
    "Checkpoint",
    "Cloud",
    "DataPoint",
    "Denial",
    "Endpoint",
    "Evaluation",
    "EventFault",
    "ExecutionInterruption",
    "InterruptionKind",
    "MetricId",
    "TaskFault",
    "UnknownFaultTargetError",
    "VirtualClock",
    "serve",
]
