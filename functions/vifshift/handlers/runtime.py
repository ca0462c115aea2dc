"""What all handlers have in common: a logger, the execution, and where it may go."""

import logging
import os

from aws_lambda_powertools import Logger

from vifshift.migration import Execution, Migration
from vifshift.model import Model
from vifshift.reach import Access, Reach

logger = Logger(service="vifshift")
# At DEBUG, botocore logs what Direct Connect answers: BGP keys and all.
logging.getLogger("botocore").setLevel(logging.WARNING)

CORRELATION_ID = "execution.name"


class Input(Model):
    """What every handler is told; the clock and the execution are Step Functions'."""

    execution: Execution


def reach() -> Reach:
    """Return where this stack's migrations may go."""
    allowed = Reach.model_validate_json(os.environ["VIFSHIFT_REACH"])
    return allowed.model_copy(update={"home": os.environ["AWS_REGION"]})


def access(migration: Migration) -> Access:
    """Return how the network of a migration is reached; raises `CallDenied`."""
    return reach().access(migration.region, migration.role_arn, migration.migration_id)
