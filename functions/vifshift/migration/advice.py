"""Decides what a person has to do after a migration."""

from vifshift.domain.migration import Migration, Outcome
from vifshift.domain.observation import Observation, Reason
from vifshift.events.notices import IN_CODE


def advise(
    outcome: Outcome,
    migration: Migration | None,
    observation: Observation | None,
    connection_id: str | None = None,
) -> str:
    """Return the next step for a person; where it needs attention, it depends on the reason.

    `connection_id` is the port that the VIF was last seen on.
    """
    if outcome is Outcome.ROLLBACK_FAILED and migration and connection_id:
        return _without_a_working_port(migration, connection_id)
    if outcome is Outcome.ROLLED_BACK and observation and observation.reason is Reason.CANCELLED:
        return f"Nothing to do. {_AGAIN_WHEN_WANTED}"
    if outcome is Outcome.ROLLED_BACK and observation and observation.reason is Reason.GUARD_FAILED:
        return f"Find out what the alarm that the message names has seen, then {_AGAIN}"
    if outcome is not Outcome.NEEDS_ATTENTION or migration is None or observation is None:
        return _BY_OUTCOME[outcome]
    return _call_a_person(migration, observation)


def _without_a_working_port(migration: Migration, connection_id: str) -> str:
    source = migration.source
    if connection_id == source:
        return (
            f"Act now: it is on {source} again, and does not work there as before. Check BGP, VLAN "
            "and BGP key on your router there; associating it again changes nothing."
        )
    return (
        f"Act now: it is still on {connection_id}. Fix what prevents the return to {source}, or "
        f"bring BGP up on {connection_id}."
    )


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
                f"Act now: bring BGP up on {target}; or fix what prevents the return to {source}, "
                f"then {back}."
            )
        case Reason.DELETED | Reason.REJECTED:
            return (
                "Act now: find out who deleted or rejected it (CloudTrail). It has to be created "
                "again, with the same VLAN, addresses, ASN and BGP key."
            )
        case Reason.MOVED_ELSEWHERE:
            return (
                "Find out who moved it and why (CloudTrail, AssociateVirtualInterface) before "
                "anyone moves it again. It was left where it is."
            )
        case Reason.FAILOVER_TEST:
            return (
                "Let the failover test end, or stop it (StopBgpFailoverTest); then check BGP and "
                f"the routes. To have it back on {source}, {back}."
            )
        case Reason.CANNOT_SEE:
            return (
                f"Act now: check {vif} in the console and on your router, and find out why "
                "Direct Connect could not be read: permissions, credentials or throttling."
            )
        case Reason.GUARD_FAILED:
            return (
                f"Act now: BGP and routes are as before on {target}, and the alarm that the "
                f"message names is not OK: fix what it has seen, or {back}."
            )
        case Reason.NOT_MOVED:
            return f"Check whether {vif} still works on {source}; if it does, {_AGAIN}"
        case _:
            return f"Act now: fix what the message names on the side of {target}, or {back}."


_AGAIN = "send the request again."
_AGAIN_WHEN_WANTED = "Send the request again when you want the move."


_BY_OUTCOME = {
    Outcome.SUCCEEDED: (
        "Update your infrastructure code and your alarms: the VIF has a new connectionId."
    ),
    Outcome.UNCHANGED: "Nothing to do.",
    Outcome.PLANNED: f"To move it, send the request again without dryRun. {IN_CODE}",
    Outcome.DUPLICATE: "Nothing to do; the other execution has the outcome.",
    Outcome.CANCELLED: f"Nothing was touched. {_AGAIN_WHEN_WANTED}",
    Outcome.REJECTED: f"Follow the findings' remedies, then {_AGAIN}",
    Outcome.ROLLED_BACK: f"Fix what the message names on the target's side, then {_AGAIN}",
    Outcome.ROLLBACK_FAILED: (
        "Act now: check the virtual interface and your router; traffic may be interrupted."
    ),
    Outcome.NEEDS_ATTENTION: (
        "Act now: check whether the virtual interface carries traffic, and decide where it stays."
    ),
    Outcome.INTERRUPTED: "Act now: check the virtual interface; it is no longer monitored.",
}
