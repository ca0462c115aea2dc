"""What moto lacks to run a deployed CDK template on a laptop, in virtual time."""

from simulator.cloud.clock import VirtualClock
from simulator.cloud.cloud import Cloud
from simulator.cloud.context import Evaluation
from simulator.cloud.disturbances import Interruption, InterruptionKind, TaskFault
from simulator.cloud.iam.journal import Denial
from simulator.cloud.metrics import DataPoint, MetricId
from simulator.cloud.rewinding import Checkpoint
from simulator.cloud.serving import Endpoint, serve
from simulator.cloud.stepfunctions.disturbing import NothingToDisturb

__all__ = [
    "Checkpoint",
    "Cloud",
    "DataPoint",
    "Denial",
    "Endpoint",
    "Evaluation",
    "Interruption",
    "InterruptionKind",
    "MetricId",
    "NothingToDisturb",
    "TaskFault",
    "VirtualClock",
    "serve",
]
