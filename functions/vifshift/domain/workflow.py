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
    REGISTER = (
        "Register",
        "Register the execution, so that the sweep finds it.",
    )
    CLAIM_REQUEST = (
        "Claim request",
        "Claim the request's id, so that a duplicate moves nothing a second time.",
    )
    WHO_CLAIMED_IT = "Who claimed it?", "Find out for whom the request's id was claimed."
    LIST_BY_REQUEST = (
        "List by request",
        "List the execution under the request's id, by which people may answer it.",
    )
    VALIDATE = (
        "Validate",
        "Check the request against the network as it is now, and list what speaks against it.",
    )
    LAST_LOOK = (
        "Last look",
        "A virtual interface was not listed for a minute: if it still is not, it is gone.",
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
    LAST_LOOK_AGAIN = (
        "Last look again",
        "A virtual interface was not listed for a minute: if it still is not, it is gone.",
    )
    IS_IT_STILL_GOOD = "Still good?", "Go on only if nothing speaks against the move now."
    FREE_WHILE_ASKING = (
        "Free while asking",
        "It has changed since it was approved: release the gateway's lock while people are asked.",
    )
    ASK_LATER = (
        "Ask later",
        "Forget the earlier approval and the wait for the gateway: both begin from the start.",
    )
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
    REGISTER_AGAIN = (
        "Register again",
        "Its last event could not be sent: make sure that the sweep finds the execution.",
    )
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
    UNLIST = "Remove from list", "Remove the execution from the list of its request's id."
    STRIKE_OFF = "Strike off", "Remove the execution from those that the sweep looks at."
    HOW_DID_IT_END = "How did it end?", "End the execution with the outcome that was concluded."
    SUCCEEDED = "Succeeded", "Nothing is left to do."
    FAILED = "Failed", "It did not end as requested: the error names the outcome, the cause why."


class PlanState(State):
    """The states of a plan; its waits are those of a migration."""

    RECEIVE_PLAN = "Receive plan", StateName.RECEIVE_REQUEST.comment
    REGISTER = StateName.REGISTER.value, StateName.REGISTER.comment
    CLAIM_PLAN = (
        "Claim plan",
        "Claim the plan's id, so that a duplicate runs nothing a second time.",
    )
    WHO_CLAIMED_IT = StateName.WHO_CLAIMED_IT.value, StateName.WHO_CLAIMED_IT.comment
    LIST_BY_REQUEST = StateName.LIST_BY_REQUEST.value, StateName.LIST_BY_REQUEST.comment
    PREPARE = (
        "Prepare plan",
        "Check every move against the network as it will be, and cut the plan into tracks.",
    )
    LAST_LOOK = StateName.LAST_LOOK.value, StateName.LAST_LOOK.comment
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
    LAST_LOOK_AGAIN = StateName.LAST_LOOK_AGAIN.value, StateName.LAST_LOOK_AGAIN.comment
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
    REGISTER_AGAIN = StateName.REGISTER_AGAIN.value, StateName.REGISTER_AGAIN.comment
    CAN_IT_COME_AGAIN = (
        "May it come again?",
        "Release an id that a person chose, so that the plan can be run again for what is left.",
    )
    FREE_CLAIM = "Free claim", "Release the plan's id."
    UNLIST = StateName.UNLIST.value, StateName.UNLIST.comment
    STRIKE_OFF = StateName.STRIKE_OFF.value, StateName.STRIKE_OFF.comment
    HOW_DID_IT_END = StateName.HOW_DID_IT_END.value, StateName.HOW_DID_IT_END.comment
    SUCCEEDED = StateName.SUCCEEDED.value, StateName.SUCCEEDED.comment
    FAILED = StateName.FAILED.value, StateName.FAILED.comment


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
