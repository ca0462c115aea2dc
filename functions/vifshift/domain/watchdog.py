"""The names of the watchdogs' states."""

from vifshift.domain.workflow import PlanState, State, StateName


class WatchdogState(State):
    """The watchdog's states."""

    RECEIVE_INTERRUPTION = (
        "Receive interruption",
        "Take over from an execution that was stopped, timed out or failed.",
    )
    IS_IT_OURS = "Is it ours?", "Look after executions of one state machine, and no others."
    LET_CALLS_END = "Let calls end", "Wait until the last calls of that execution have ended."
    LOOK_AT_EXECUTION = (
        "Look at execution",
        "Ask Step Functions what became of the execution: nobody else is believed.",
    )
    HAS_IT_ENDED = "Has it ended?", "End here if the execution is running."
    CLAIM_END = "Claim end", "Claim this end of the execution, so that it is reported once."
    WHO_CLAIMED_IT = "Who claimed it?", "Find out which watchdog looks after it."
    IS_IT_LOOKED_AFTER = "Is it looked after?", "Ask Step Functions for that watchdog's status."
    IS_THERE_A_WATCHDOG = "Is there a watchdog?", "End here if that watchdog is running."
    TAKE_OVER = "Take over", "Take over from a watchdog that has ended."
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
    NOTE_REPORTED = (
        "Note reported",
        "Record that it was reported, for a watchdog that takes over.",
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
    IS_IT_WORTH_TELLING = (
        "Worth reporting?",
        "Report it unless that was done, or unless the execution may have done so itself.",
    )
    STRIKE_OFF = StateName.STRIKE_OFF.value, StateName.STRIKE_OFF.comment
    DONE = "Done", "Nothing is left to do."
    LEAVE_IT = "Leave it", "Leave the rest to the sweep, and the lock to expire by itself."
    NOT_OURS = "Not ours", "It is not an execution of the state machine that this looks after."
    NOT_KNOWN = (
        "Not known",
        "What became of it can't be found out: the sweep comes back.",
    )


class PlanWatchdogState(State):
    """The states of the plans' watchdog."""

    RECEIVE_INTERRUPTION = (
        WatchdogState.RECEIVE_INTERRUPTION.value,
        WatchdogState.RECEIVE_INTERRUPTION.comment,
    )
    LET_CALLS_END = WatchdogState.LET_CALLS_END.value, WatchdogState.LET_CALLS_END.comment
    IS_IT_OURS = WatchdogState.IS_IT_OURS.value, WatchdogState.IS_IT_OURS.comment
    LOOK_AT_EXECUTION = (
        WatchdogState.LOOK_AT_EXECUTION.value,
        WatchdogState.LOOK_AT_EXECUTION.comment,
    )
    HAS_IT_ENDED = WatchdogState.HAS_IT_ENDED.value, WatchdogState.HAS_IT_ENDED.comment
    CLAIM_END = WatchdogState.CLAIM_END.value, WatchdogState.CLAIM_END.comment
    WHO_CLAIMED_IT = WatchdogState.WHO_CLAIMED_IT.value, WatchdogState.WHO_CLAIMED_IT.comment
    IS_IT_LOOKED_AFTER = (
        WatchdogState.IS_IT_LOOKED_AFTER.value,
        WatchdogState.IS_IT_LOOKED_AFTER.comment,
    )
    IS_THERE_A_WATCHDOG = (
        WatchdogState.IS_THERE_A_WATCHDOG.value,
        WatchdogState.IS_THERE_A_WATCHDOG.comment,
    )
    TAKE_OVER = WatchdogState.TAKE_OVER.value, WatchdogState.TAKE_OVER.comment
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
    IS_IT_WORTH_TELLING = (
        WatchdogState.IS_IT_WORTH_TELLING.value,
        WatchdogState.IS_IT_WORTH_TELLING.comment,
    )
    NOTE_REPORTED = WatchdogState.NOTE_REPORTED.value, WatchdogState.NOTE_REPORTED.comment
    MAY_IT_COME_AGAIN = PlanState.CAN_IT_COME_AGAIN.value, PlanState.CAN_IT_COME_AGAIN.comment
    FREE_CLAIM = PlanState.FREE_CLAIM.value, PlanState.FREE_CLAIM.comment
    STRIKE_OFF = WatchdogState.STRIKE_OFF.value, WatchdogState.STRIKE_OFF.comment
    LEAVE_IT = WatchdogState.LEAVE_IT.value, WatchdogState.LEAVE_IT.comment
    NOT_OURS = WatchdogState.NOT_OURS.value, WatchdogState.NOT_OURS.comment
    NOT_KNOWN = WatchdogState.NOT_KNOWN.value, WatchdogState.NOT_KNOWN.comment
    DONE = WatchdogState.DONE.value, WatchdogState.DONE.comment
