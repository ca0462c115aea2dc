"""What the states of the workflows do, in words for people who have never seen the workflows."""

from typing import Final

from vifshift.domain.workflow import PlanState, StateName

_MIGRATION: Final = {
    StateName.RECEIVE_REQUEST: "receiving the request",
    StateName.REGISTER: "registering the execution",
    StateName.CLAIM_REQUEST: "claiming the request's id",
    StateName.WHO_CLAIMED_IT: "finding out who has claimed the request's id",
    StateName.LIST_BY_REQUEST: "listing the execution under its request's id",
    StateName.VALIDATE: "checking the request",
    StateName.LAST_LOOK: "looking once more for what is not listed",
    StateName.ASK_FOR_APPROVAL: "waiting for an approval",
    StateName.WAIT_FOR_WINDOW: "waiting for the window",
    StateName.LOCK_GATEWAY: "locking the gateway",
    StateName.WHO_HOLDS_IT: "finding out who holds the gateway's lock",
    StateName.IS_HOLDER_RUNNING: "finding out whether the holder of the gateway's lock runs",
    StateName.TAKE_LOCK_OVER: "taking over the lock of an execution that has ended",
    StateName.WAIT_FOR_GATEWAY: "waiting for the gateway",
    StateName.VALIDATE_AGAIN: "checking once more right before the move",
    StateName.LAST_LOOK_AGAIN: "looking once more for what is not listed",
    StateName.FREE_WHILE_ASKING: "releasing the gateway while people are asked",
    StateName.ASK_LATER: "beginning again with the approval",
    StateName.ANNOUNCE_START: "announcing the start",
    StateName.ASSOCIATE: "moving the virtual interface",
    StateName.PAUSE: "pausing before the next observation",
    StateName.OBSERVE: "observing the virtual interface",
    StateName.ANNOUNCE_PROGRESS: "announcing the progress",
    StateName.TURN_BACK: "beginning the rollback",
    StateName.ANNOUNCE_ROLLBACK: "announcing the rollback",
    StateName.CONCLUDE: "deciding how it ended",
    StateName.CONCLUDE_BLINDLY: "deciding how it ended, without details",
    StateName.REPORT: "storing the evidence",
    StateName.ANNOUNCE_OUTCOME: "announcing the end",
    StateName.REGISTER_AGAIN: "registering the execution again",
    StateName.UNLOCK_GATEWAY: "releasing the gateway",
    StateName.LET_CALL_LAND: "keeping the gateway until a late call can have no effect",
    StateName.RELEASE_REQUEST: "releasing the request's id",
    StateName.UNLIST: "removing the execution from the list of its request",
    StateName.STRIKE_OFF: "striking the execution off the register",
    StateName.SUCCEEDED: "ending well",
    StateName.FAILED: "ending with an error",
}
_PLAN: Final = {
    PlanState.RECEIVE_PLAN: "receiving the plan",
    PlanState.CLAIM_PLAN: "claiming the plan's id",
    PlanState.PREPARE: "checking the plan",
    PlanState.NOTE_PLAN: "noting the plan",
    PlanState.PREPARE_AGAIN: "checking the plan once more after the wait",
    PlanState.NOTE_PLAN_AGAIN: "noting the plan again",
    PlanState.ANNOUNCE_START: "announcing the start of the plan",
    PlanState.RUN_STAGES: "doing the moves",
    PlanState.RUN_TRACKS: "doing the moves of a stage",
    PlanState.RECEIVE_TRACK: "receiving the moves of a track",
    PlanState.ADVANCE: "deciding whether the next move may start",
    PlanState.RUN_MIGRATION: "waiting for a migration",
    PlanState.TRACK_DONE: "ending a track",
    PlanState.TRACK_BROKEN: "ending a track whose next move could not be decided",
    PlanState.CONCLUDE: "deciding how the plan ended",
    PlanState.REPORT: "storing the evidence of the plan",
    PlanState.ANNOUNCE_OUTCOME: "announcing the end of the plan",
    PlanState.FREE_CLAIM: "releasing the plan's id",
}
_WORDS: Final[dict[str, str]] = {
    **{state.value: words for state, words in _MIGRATION.items()},
    **{state.value: words for state, words in _PLAN.items()},
}


def doing(state: str) -> str:
    """Return what a state does; one that is not known here is just a step."""
    return _WORDS.get(state, "a step of the workflow")
