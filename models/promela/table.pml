/* What everybody can see: the executions, the table, and the network.

   Executions are numbered: the migrations from 0, and the plan last. An item's owner is the number
   of an execution, or of a watchdog, plus 1; 0 stands for none. */

#define MIGRATIONS 3
#define PLAN 3
#define EXECUTIONS 4
#define GATEWAYS 2
#define WATCHDOGS 3

/* A watchdog that has ended, in place of its number; an execution that was struck off. */
#define ENDED 9
#define STRUCK_OFF 9

/* How much may still go wrong: an execution is stopped or redriven, a person cancels or halts, an
   event is lost or comes twice, a call of AWS fails. */
byte trouble = TROUBLE;

byte gateway[MIGRATIONS];
byte request[EXECUTIONS];
bit isMove[MIGRATIONS];

byte status[EXECUTIONS];
byte redrives[EXECUTIONS];
bit isCancelled[EXECUTIONS];
bit startsNoMore;
byte tracks;
bit isTrackOpen[2];

/* The table. */
byte lockOwner[GATEWAYS];
byte lockAttempt[GATEWAYS];
bit isOver[GATEWAYS];
byte claimOwner[EXECUTIONS];
byte registered[EXECUTIONS];
byte registeredIn[EXECUTIONS];
byte endHolder[8];
byte endReported[8];

/* What the history of an execution shows. */
bit touched[EXECUTIONS];
bit hasToldItself[EXECUTIONS];
byte lockKey[EXECUTIONS];
bit hasFailed[EXECUTIONS];

/* Whether the end of an execution was told; whether that was by itself, in any attempt. */
bit isTold[EXECUTIONS];
bit saidItself[EXECUTIONS];
bit hasConcluded[EXECUTIONS];
/* Whether something went wrong with an event or a watchdog of an execution. */
bit isUnlucky[EXECUTIONS];

/* Calls of AssociateVirtualInterface: what the function does, and what the network does. */
#define INVOKED 1
#define PERMITTED_CALL 2
#define ANSWERED 3
#define NOT_SENT 4
#define LOCK_LOST 5
#define LOCK_UNKNOWN 6
#define IS_CALLING(i) (calling[i] == INVOKED || calling[i] == PERMITTED_CALL)
byte invokedIn[MIGRATIONS];
byte calling[MIGRATIONS];
bit asked[MIGRATIONS];
#define SENT 1
#define MOVING 2
#define GIVEN_UP 3
byte flight[MIGRATIONS];
bit hasLanded[MIGRATIONS];

/* Events that Step Functions has sent; watchdogs by what they watch; how often the sweep came. */
byte pending[EXECUTIONS];
byte watched[WATCHDOGS];
byte watchdog[WATCHDOGS];
byte sweeps[EXECUTIONS];

#define MUST(holds, said, i) \
    if :: !(holds) -> printf(said, i); assert(false) :: else fi

#define IS_CANCELLED(i) (isCancelled[i] || (isMove[i] && startsNoMore))
/* A call may still take effect: it is about to be sent, or has not landed yet. */
#define MAY_LAND(i) (IS_CALLING(i) || flight[i] == SENT || flight[i] == GIVEN_UP)
#define IS_IN_FLIGHT(i) (flight[i] != 0)

/* The functions. */
#define isResumed(i) (decidedIn != redrives[i])
#define isChecked(i) (checkedIn == redrives[i])
#define CANCELS_CALL(i) (HEEDS_CANCELLATION(i) && IS_CANCELLED(i))
#define HAS_LOCK_CHANGED(i) \
    (lockOwner[gateway[i]] != holder || isOver[gateway[i]] || status[holder - 1] == is_SUCCEEDED)

/* What an execution knows is of no use to it any more once it has concluded: for the model, it has
   forgotten it. Whatever is still in flight lands without anybody who looks. */
inline conclude(i) {
    hasConcluded[i] = 1;
    if
    :: flight[i] == SENT -> flight[i] = GIVEN_UP
    :: flight[i] == MOVING -> flight[i] = 0
    :: else
    fi;
    if
    :: !MAY_LAND(i) -> calledAt = 0
    :: else
    fi;
    hasLanded[i] = 0;
    phase = 0; checkedIn = 0; decidedIn = 0; decision = 0; holder = 0; step = 0;
    hasHolderEnded = 0;
    if
    :: outcome == is_rolled_back || outcome == is_rollback_failed -> outcome = is_needs_attention
    :: outcome == is_duplicate -> outcome = is_succeeded
    :: else
    fi;
    if
    :: !isMove[i] && outcome == is_needs_attention -> outcome = is_succeeded
    :: !isMove[i] && outcome == is_rejected -> outcome = is_cancelled
    :: else
    fi
}
inline end(i, failed) {
    status[i] = is_SUCCEEDED;
    hasFailed[i] = failed;
    outcome = 0; isReported = 0; isAllFree = 0; calledAt = 0; invokedIn[i] = 0;
    if
    :: registered[i] == STRUCK_OFF -> lockKey[i] = 0; hasToldItself[i] = 0
    :: else
    fi
}

inline tellByItself(i) {
    isTold[i] = 1; saidItself[i] = 1; hasToldItself[i] = 1
}

/* A watchdog tells of one end: an attempt that came later has another one. */
inline tellOf(i, attempt_told) {
    if
    :: attempt_told == redrives[i] || hasConcluded[i] -> isTold[i] = 1
    :: else
    fi
}

/* The plan. */
inline startTracks() {
    tracks = 0;
    if :: isMove[0] -> isTrackOpen[0] = 1; tracks++ :: else fi;
    if :: isMove[1] -> isTrackOpen[1] = 1; tracks++ :: else fi
}
inline endTrack(i) {
    isTrackOpen[i] = 0; tracks--
}
inline startMove(i) {
    if :: status[i] == 0 -> status[i] = is_RUNNING :: else fi
}
inline countMove(i) {
    if :: status[i] != is_SUCCEEDED || hasFailed[i] -> startsNoMore = 1 :: else fi
}

/* The watchdogs. */
#define ARE_CALLS_OVER(i) (i == PLAN || !IS_CALLING(i) || status[i] == is_RUNNING)
#define IS_STALE (interruption && about != redrives[target])
#define IS_AT_REST \
    (status[target] == is_SUCCEEDED || !(interruption -> wasTouched : touched[target]) || \
     (flight[target] != MOVING && (!MAY_LAND(target) || IS_STALE)))
#define IS_WORTH_ANOTHER_LOOK(i) \
    (status[i] != is_ABORTED || redrives[i] != attempt || IS_AT_REST)
/* Read the history, once. */
inline recall() {
    if
    :: !interruption ->
        about = redrives[target];
        wasTouched = touched[target];
        wasTold = hasToldItself[target];
        wasKeyed = lockKey[target]
    :: else
    fi
}
inline forget(w) {
    d_step {
        byte each_end;
        watched[w] = 0;
        watchdog[w] = 0;
        for (each_end : 0 .. 7) {
            if :: endHolder[each_end] == w + 1 -> endHolder[each_end] = ENDED :: else fi;
            if :: endReported[each_end] == w + 1 -> endReported[each_end] = ENDED :: else fi
        }
        for (each_end : 0 .. 2) {
            if :: watchdog[each_end] == w + 1 -> watchdog[each_end] = ENDED :: else fi
        }
        each_end = 0
    }
}
