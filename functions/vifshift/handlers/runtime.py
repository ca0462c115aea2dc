"""What all handlers have in common: a logger, and the facts of the execution."""

from aws_lambda_powertools import Logger

from vifshift.migration import Execution
from vifshift.model import Model

logger = Logger(service="vifshift")

CORRELATION_ID = "execution.name"


class Input(Model):
    """What every handler is told; the clock and the execution are Step Functions'."""

    execution: Execution
