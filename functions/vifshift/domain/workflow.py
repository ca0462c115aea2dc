"""The names that the workflow and its Lambdas share."""

from enum import StrEnum
from typing import Self

CONDITION_FAILED = "DynamoDB.ConditionalCheckFailedException"
REFUSED = "Refused"
TIMED_OUT = "States.Timeout"


class State(StrEnum):
    """A state's name, with a comment; both are shown in the Step Functions console."""

    comment: str

    def __new__(cls, name: str, comment: str = "") -> Self:
        """Return the name, with the comment beside it."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.comment = comment
        return member


class StateName(State):
    """The workflow's states."""

    RECEIVE_REQUEST = "Receive request", "Give every variable its first value."
    CLAIM_REQUEST = (
        "Claim request",
        "Claim the request's id, so that a duplicate moves nothing a second time.",
    )
    VALIDATE = (
        "Validate",
        "Check the request against the network as it is now, and list what speaks against it.",
    )
    IS_THERE_ANYTHING_TO_DO = (
        "Anything to do?",
        "Go on only if the request can be done; rejected, unchanged and planned requests end here.",
    )
    IS_APPROVAL_NEEDED = "Approval needed?", "Does the request require an approval?"
    ASK_FOR_APPROVAL = (
        "Ask for approval",
        "Wait until a person approves or refuses; no answer in time is a refusal.",
    )
    IS_THE_WINDOW_OPEN = "Window open?", "Does the request have a window that opens later?"
    WAIT_FOR_WINDOW = "Wait for window", "Wait until the maintenance window opens."
    LOCK_GATEWAY = (
        "Lock gateway",
        "Lock the gateway, so that no two of its virtual interfaces move at once.",
    )
    WHO_HOLDS_IT = "Who holds it?", "The gateway is busy: find out which execution holds its lock."
    IS_IT_STILL_HELD = "Still held?", "Try again at once if the lock is free or has expired."
    IS_HOLDER_RUNNING = "Is holder running?", "Ask Step Functions for the holder's status."
    IS_IT_WORTH_WAITING = (
        "Worth waiting?",
        "Take over from a holder that has ended, wait a little, or give up when time is up.",
    )
    TAKE_LOCK_OVER = "Take lock over", "Take over the lock that an ended execution left behind."
    WAIT_FOR_GATEWAY = (
        "Wait for gateway",
        "Wait a little before checking the lock again, or until somebody cancels.",
    )
    VALIDATE_AGAIN = (
        "Validate again",
        "Check once more right before the move: the network may have changed since.",
    )
    IS_IT_STILL_GOOD = "Still good?", "Go on only if nothing speaks against the move now."
    ANNOUNCE_START = "Announce start", "Send VIF Migration Started; without it nothing is started."
    ASSOCIATE = (
        "Associate",
        "Associate the virtual interface with the target, or in a rollback with the source.",
    )
    PAUSE = "Pause", "Wait before the next observation."
    OBSERVE = (
        "Observe",
        "Read the virtual interface, its BGP peers and routes once, and judge them.",
    )
    HAS_IT_SETTLED = "Settled?", "Observe again, associate again, roll back, or conclude."
    ANNOUNCE_PROGRESS = (
        "Announce progress",
        "Send VIF Migration Progressed; go on even if it fails.",
    )
    IS_IT_TIME_TO_GIVE_UP = (
        "Give up?",
        "The virtual interface can't be read: keep trying for as long as the move may take.",
    )
    TURN_BACK = (
        "Turn back",
        "Make the source the destination; the rollback is observed in the same way.",
    )
    ANNOUNCE_ROLLBACK = (
        "Announce rollback",
        "Send VIF Migration Rolling Back; go on even if it fails.",
    )
    CONCLUDE = "Conclude", "Decide how the migration ended, and make its final event."
    CONCLUDE_BLINDLY = (
        "Conclude without details",
        "The function that concludes is unavailable: make the final event without it.",
    )
    REPORT = "Report", "Store the report: a page, and the same as JSON."
    ANNOUNCE_OUTCOME = "Announce outcome", "Send the final event of this migration."
    UNLOCK_GATEWAY = "Unlock gateway", "Release the gateway's lock."
    WAS_IT_TOUCHED = (
        "Was it touched?",
        "If nothing was touched, the same request may be sent again.",
    )
    LET_CALL_LAND = (
        "Let call land",
        "Keep the gateway's lock for as long as a call that had no effect may still have one.",
    )
    RELEASE_REQUEST = "Release request", "Release the request's id."
    HOW_DID_IT_END = "How did it end?", "End the execution with the outcome that was concluded."
    SUCCEEDED = "Succeeded", "Nothing is left to do."
    FAILED = "Failed", "It did not end as requested: the error names the outcome, the cause why."


class WatchdogState(State):
    """The watchdog's states."""

    RECEIVE_INTERRUPTION = (
        "Receive interruption",
        "Take over from an execution that was stopped, timed out or failed.",
    )
    LET_CALLS_END = "Let calls end", "Wait until the last calls of that execution have ended."
    INVESTIGATE = (
        "Investigate",
        "Read the execution's history, and find where its virtual interface is now.",
    )
    IS_THERE_ANYTHING_TO_TELL = (
        "Anything to tell?",
        "Report it once, and not at all if the execution has reported its own end.",
    )
    REPORT = "Report", StateName.REPORT.comment
    ANNOUNCE_INTERRUPTION = (
        "Announce interruption",
        "Send VIF Migration Interrupted, or VIF Plan Interrupted.",
    )
    IS_IT_SAFE = "Safe to unlock?", "Release the gateway's lock only once nothing is in flight."
    KEEP_LOCK = "Keep lock", "Wait a minute before checking again."
    FREE_GATEWAY = "Free gateway", StateName.UNLOCK_GATEWAY.comment
    WAS_ANYTHING_DONE = "Was anything done?", StateName.WAS_IT_TOUCHED.comment
    FREE_REQUEST = "Free request", StateName.RELEASE_REQUEST.comment
    TELL_WHAT_IS_KNOWN = (
        "Tell what is known",
        "The execution can't be investigated: make the final event without details.",
    )
    ANNOUNCE_WHAT_IS_KNOWN = "Announce what is known", "Send that final event."
    DONE = "Done", "The interruption has been handled."
    LOCK_RUNS_OUT = "Lock runs out", "Leave the lock to expire by itself."


class PlanState(State):
    """The states of a plan; its waits are those of a migration."""

    RECEIVE_PLAN = "Receive plan", StateName.RECEIVE_REQUEST.comment
    CLAIM_PLAN = (
        "Claim plan",
        "Claim the plan's id, so that a duplicate runs nothing a second time.",
    )
    PREPARE = (
        "Prepare plan",
        "Check every move against the network as it will be, and cut the plan into tracks.",
    )
    NOTE_PLAN = "Note plan", "Store what the watchdog needs if this execution is stopped."
    IS_THERE_ANYTHING_TO_DO = (
        StateName.IS_THERE_ANYTHING_TO_DO.value,
        StateName.IS_THERE_ANYTHING_TO_DO.comment,
    )
    IS_APPROVAL_NEEDED = StateName.IS_APPROVAL_NEEDED.value, StateName.IS_APPROVAL_NEEDED.comment
    ASK_FOR_APPROVAL = StateName.ASK_FOR_APPROVAL.value, StateName.ASK_FOR_APPROVAL.comment
    IS_THE_WINDOW_OPEN = StateName.IS_THE_WINDOW_OPEN.value, StateName.IS_THE_WINDOW_OPEN.comment
    WAIT_FOR_WINDOW = StateName.WAIT_FOR_WINDOW.value, StateName.WAIT_FOR_WINDOW.comment
    PREPARE_AGAIN = (
        "Prepare again",
        "Check every move once more after the wait: the network may have changed since.",
    )
    NOTE_PLAN_AGAIN = "Note plan again", NOTE_PLAN[1]
    IS_IT_STILL_GOOD = (
        StateName.IS_IT_STILL_GOOD.value,
        "Go on only if nothing speaks against the plan now.",
    )
    ANNOUNCE_START = "Announce plan start", "Send VIF Plan Started; without it nothing is started."
    RUN_STAGES = "Run stages", "Run the stages of the plan one after the other."
    RUN_TRACKS = (
        "Run tracks",
        "Run the tracks of a stage in parallel, each in an execution of its own.",
    )
    RECEIVE_TRACK = "Receive track", "Receive this track's moves from the plan."
    ADVANCE = (
        "Advance",
        "Record how the last move ended, and decide whether the next one may start.",
    )
    IS_THERE_NEWS = "Any news?", "Is there any progress of the plan to report?"
    ANNOUNCE_PROGRESS = (
        StateName.ANNOUNCE_PROGRESS.value,
        "Send VIF Plan Progressed; go on even if it fails.",
    )
    GOES_IT_ON = "Go on?", "Start the next move, or end the track."
    RUN_MIGRATION = "Run migration", "Start one migration, and wait until it ends, however it does."
    TRACK_DONE = "Track done", "No move of this track is left that may start."
    TRACK_BROKEN = "Track broken", "The next move could not be decided: the track ends here."
    CONCLUDE = "Conclude plan", "Decide how the plan and each of its moves ended."
    CONCLUDE_BLINDLY = StateName.CONCLUDE_BLINDLY.value, StateName.CONCLUDE_BLINDLY.comment
    REPORT = "Report plan", StateName.REPORT.comment
    ANNOUNCE_OUTCOME = "Announce plan outcome", "Send the final event of this plan."
    CAN_IT_COME_AGAIN = (
        "May it come again?",
        "Release an id that a person chose, so that the plan can be run again for what is left.",
    )
    FREE_CLAIM = "Free claim", "Release the plan's id."
    HOW_DID_IT_END = StateName.HOW_DID_IT_END.value, StateName.HOW_DID_IT_END.comment
    SUCCEEDED = StateName.SUCCEEDED.value, StateName.SUCCEEDED.comment
    FAILED = StateName.FAILED.value, StateName.FAILED.comment


class PlanWatchdogState(State):
    """The states of the plans' watchdog."""

    RECEIVE_INTERRUPTION = (
        WatchdogState.RECEIVE_INTERRUPTION.value,
        WatchdogState.RECEIVE_INTERRUPTION.comment,
    )
    LET_CALLS_END = WatchdogState.LET_CALLS_END.value, WatchdogState.LET_CALLS_END.comment
    RECALL_REQUEST = "Recall request", "Find the id under which the plan was requested."
    RECALL_PLAN = "Recall plan", "Read what the plan stored for the watchdog."
    CONCLUDE = PlanState.CONCLUDE.value, PlanState.CONCLUDE.comment
    IS_THERE_ANYTHING_TO_TELL = (
        WatchdogState.IS_THERE_ANYTHING_TO_TELL.value,
        WatchdogState.IS_THERE_ANYTHING_TO_TELL.comment,
    )
    REPORT = PlanState.REPORT.value, PlanState.REPORT.comment
    ANNOUNCE_INTERRUPTION = (
        WatchdogState.ANNOUNCE_INTERRUPTION.value,
        WatchdogState.ANNOUNCE_INTERRUPTION.comment,
    )
    TELL_WHAT_IS_KNOWN = (
        WatchdogState.TELL_WHAT_IS_KNOWN.value,
        WatchdogState.TELL_WHAT_IS_KNOWN.comment,
    )
    FREE_CLAIM = PlanState.FREE_CLAIM.value, PlanState.FREE_CLAIM.comment
    DONE = WatchdogState.DONE.value, WatchdogState.DONE.comment


class Wait(StrEnum):
    """What a migration or a plan waits for."""

    APPROVAL = "approval"
    WINDOW = "window"
    GATEWAY = "gateway"


class NextStep(StrEnum):
    """What the workflow does after an observation."""

    WAIT = "wait"
    ASSOCIATE = "associate"
    TURN_BACK = "turn-back"
    CONCLUDE = "conclude"
