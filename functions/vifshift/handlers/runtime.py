"""What all handlers have in common: a logger, and the facts of the execution."""

import logging

from aws_lambda_powertools import Logger

from vifshift.migration import Execution
from vifshift.model import Model

logger = Logger(service="vifshift")
# At DEBUG, botocore logs what Direct Connect answers: BGP keys and all.
logging.getLogger("botocore").setLevel(logging.WARNING)

CORRELATION_ID = "execution.name"


class Input(Model):
    """What every handler is told; the clock and the execution are Step Functions'."""

    execution: Execution
