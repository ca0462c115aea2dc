"""The names that the workflow and its Lambdas share."""

from enum import StrEnum

CONDITION_FAILED = "DynamoDB.ConditionalCheckFailedException"
REFUSED = "Refused"
TIMED_OUT = "States.Timeout"


class StateName(StrEnum):
    """The workflow's states, as a person reads them in the console."""

    RECEIVE_REQUEST = "Receive request"
    CLAIM_REQUEST = "Claim request"
    VALIDATE = "Validate"
    IS_THERE_ANYTHING_TO_DO = "Anything to do?"
    IS_APPROVAL_NEEDED = "Approval needed?"
    ASK_FOR_APPROVAL = "Ask for approval"
    IS_THE_WINDOW_OPEN = "Window open?"
    WAIT_FOR_WINDOW = "Wait for window"
    LOCK_GATEWAY = "Lock gateway"
    WHO_HOLDS_IT = "Who holds it?"
    IS_IT_STILL_HELD = "Still held?"
    IS_HOLDER_RUNNING = "Is holder running?"
    IS_IT_WORTH_WAITING = "Worth waiting?"
    TAKE_LOCK_OVER = "Take lock over"
    WAIT_FOR_GATEWAY = "Wait for gateway"
    VALIDATE_AGAIN = "Validate again"
    IS_IT_STILL_GOOD = "Still good?"
    ANNOUNCE_START = "Announce start"
    ASSOCIATE = "Associate"
    PAUSE = "Pause"
    OBSERVE = "Observe"
    HAS_IT_SETTLED = "Settled?"
    ANNOUNCE_PROGRESS = "Announce progress"
    IS_IT_TIME_TO_GIVE_UP = "Give up?"
    TURN_BACK = "Turn back"
    ANNOUNCE_ROLLBACK = "Announce rollback"
    CONCLUDE = "Conclude"
    CONCLUDE_BLINDLY = "Conclude without details"
    REPORT = "Report"
    ANNOUNCE_OUTCOME = "Announce outcome"
    UNLOCK_GATEWAY = "Unlock gateway"
    WAS_IT_TOUCHED = "Was it touched?"
    RELEASE_REQUEST = "Release request"
    HOW_DID_IT_END = "How did it end?"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class WatchdogState(StrEnum):
    """The watchdog's states, as a person reads them in the console."""

    RECEIVE_INTERRUPTION = "Receive interruption"
    LET_CALLS_END = "Let calls end"
    INVESTIGATE = "Investigate"
    IS_THERE_ANYTHING_TO_TELL = "Anything to tell?"
    REPORT = "Report"
    ANNOUNCE_INTERRUPTION = "Announce interruption"
    IS_IT_SAFE = "Safe to unlock?"
    KEEP_LOCK = "Keep lock"
    FREE_GATEWAY = "Free gateway"
    WAS_ANYTHING_DONE = "Was anything done?"
    FREE_REQUEST = "Free request"
    TELL_WHAT_IS_KNOWN = "Tell what is known"
    ANNOUNCE_WHAT_IS_KNOWN = "Announce what is known"
    DONE = "Done"
    LOCK_RUNS_OUT = "Lock runs out"


class PlanState(StrEnum):
    """The states of a plan, as a person reads them in the console; waits are as a migration's."""

    RECEIVE_PLAN = "Receive plan"
    CLAIM_PLAN = "Claim plan"
    PREPARE = "Prepare plan"
    NOTE_PLAN = "Note plan"
    IS_THERE_ANYTHING_TO_DO = StateName.IS_THERE_ANYTHING_TO_DO.value
    IS_APPROVAL_NEEDED = StateName.IS_APPROVAL_NEEDED.value
    ASK_FOR_APPROVAL = StateName.ASK_FOR_APPROVAL.value
    IS_THE_WINDOW_OPEN = StateName.IS_THE_WINDOW_OPEN.value
    WAIT_FOR_WINDOW = StateName.WAIT_FOR_WINDOW.value
    PREPARE_AGAIN = "Prepare again"
    NOTE_PLAN_AGAIN = "Note plan again"
    IS_IT_STILL_GOOD = StateName.IS_IT_STILL_GOOD.value
    ANNOUNCE_START = "Announce plan start"
    RUN_STAGES = "Run stages"
    RUN_TRACKS = "Run tracks"
    RECEIVE_TRACK = "Receive track"
    ADVANCE = "Advance"
    IS_THERE_NEWS = "Any news?"
    ANNOUNCE_PROGRESS = StateName.ANNOUNCE_PROGRESS.value
    GOES_IT_ON = "Go on?"
    RUN_MIGRATION = "Run migration"
    TRACK_DONE = "Track done"
    TRACK_BROKEN = "Track broken"
    CONCLUDE = "Conclude plan"
    CONCLUDE_BLINDLY = StateName.CONCLUDE_BLINDLY.value
    REPORT = "Report plan"
    ANNOUNCE_OUTCOME = "Announce plan outcome"
    CAN_IT_COME_AGAIN = "May it come again?"
    FREE_CLAIM = "Free claim"
    HOW_DID_IT_END = StateName.HOW_DID_IT_END.value
    SUCCEEDED = StateName.SUCCEEDED.value
    FAILED = StateName.FAILED.value


class PlanWatchdogState(StrEnum):
    """The states of the plans' watchdog, as a person reads them in the console."""

    RECEIVE_INTERRUPTION = WatchdogState.RECEIVE_INTERRUPTION.value
    LET_CALLS_END = WatchdogState.LET_CALLS_END.value
    RECALL_REQUEST = "Recall request"
    RECALL_PLAN = "Recall plan"
    CONCLUDE = PlanState.CONCLUDE.value
    IS_THERE_ANYTHING_TO_TELL = WatchdogState.IS_THERE_ANYTHING_TO_TELL.value
    REPORT = PlanState.REPORT.value
    ANNOUNCE_INTERRUPTION = WatchdogState.ANNOUNCE_INTERRUPTION.value
    TELL_WHAT_IS_KNOWN = WatchdogState.TELL_WHAT_IS_KNOWN.value
    FREE_CLAIM = PlanState.FREE_CLAIM.value
    DONE = WatchdogState.DONE.value


class Wait(StrEnum):
    """What a migration or a plan is held for."""

    APPROVAL = "approval"
    WINDOW = "window"


class Step(StrEnum):
    """Where the workflow goes after a look."""

    WAIT = "wait"
    ASSOCIATE = "associate"
    TURN_BACK = "turn-back"
    CONCLUDE = "conclude"
