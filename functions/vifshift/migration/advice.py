"""Says what a person has to do after a migration, in words that can be acted on at night."""

from vifshift.domain.migration import Migration, Outcome
from vifshift.migration.convergence import Observation, Reason


def advise(outcome: Outcome, migration: Migration | None, observation: Observation | None) -> str:
    """Return the next step; it depends on what was seen to go wrong."""
    if outcome is Outcome.ROLLED_BACK and observation and observation.reason is Reason.CANCELLED:
        return "Nothing to do; ask again when it is wanted."
    if outcome is not Outcome.NEEDS_ATTENTION or migration is None or observation is None:
        return _BY_OUTCOME[outcome]
    return _call_a_person(migration, observation)


def _call_a_person(migration: Migration, observation: Observation) -> str:
    vif, source, target = (
        migration.snapshot.virtual_interface_id,
        migration.source,
        migration.target,
    )
    back = f"start a migration of {vif} to {source}"
    match observation.reason:
        case _ if observation.obstacles:
            return (
                f"Act now: bring BGP up on {target}; or mend what keeps {source} from taking it "
                f"back, then {back}."
            )
        case Reason.DELETED | Reason.REJECTED:
            return (
                "Act now: find out who deleted or rejected it (CloudTrail). It can only be created "
                "anew, with its VLAN, addresses, ASN and BGP key."
            )
        case Reason.MOVED_ELSEWHERE:
            return (
                "Find out who moved it (CloudTrail, AssociateVirtualInterface) and why, before "
                "anyone moves it again. It was left where it is."
            )
        case Reason.FAILOVER_TEST:
            return (
                "Let the failover test end, or stop it (StopBgpFailoverTest); then check BGP and "
                f"the routes. To go back, {back}."
            )
        case Reason.CANNOT_SEE:
            return (
                f"Act now: look at {vif} in the console and at your router, and find out why "
                "Direct Connect could not be read: permissions, credentials, throttling."
            )
        case Reason.NOT_MOVED:
            return f"Look whether {vif} still works on {source}; if so, ask again."
        case _:
            return f"Act now: mend what the message names on {target}'s side, or {back}."


_BY_OUTCOME = {
    Outcome.SUCCEEDED: (
        "Update your infrastructure code and your alarms: the VIF has a new connectionId."
    ),
    Outcome.UNCHANGED: "Nothing to do.",
    Outcome.PLANNED: "Ask again without dryRun to move it.",
    Outcome.DUPLICATE: "Nothing to do; look at the other execution for the outcome.",
    Outcome.CANCELLED: "Nothing was touched; ask again when it is wanted.",
    Outcome.REJECTED: "Do what the findings say, then ask again.",
    Outcome.ROLLED_BACK: "Mend what the message names on the target's side, then ask again.",
    Outcome.ROLLBACK_FAILED: (
        "Act now: look at the virtual interface and at your router; traffic may be cut off."
    ),
    Outcome.NEEDS_ATTENTION: (
        "Act now: decide whether the virtual interface stays, and whether its traffic flows."
    ),
    Outcome.INTERRUPTED: "Act now: look at the virtual interface; nobody watches it any more.",
}
