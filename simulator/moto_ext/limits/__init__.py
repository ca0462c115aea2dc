"""What AWS refuses because it is too large, too long or too many."""

from simulator.core.context import CloudContext
from simulator.moto_ext.limits import functions, messages, names, policies, templates


def repair(context: CloudContext) -> None:
    """Refuse what AWS's services would refuse, each with its own error."""
    for limits in (names, policies, functions, messages, templates):
        limits.repair(context)
