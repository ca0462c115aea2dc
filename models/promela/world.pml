/* What the workflows can't help: people, the network, Step Functions, and time. */

inline stop(i) {
    status[i] = is_ABORTED;
    trouble--;
    if
    :: i != PLAN && !IS_CALLING(i) -> calling[i] = 0
    :: else
    fi;
    if
    :: pending[i]++
    :: trouble > 0 -> trouble--; isUnlucky[i] = 1; printf("the world|the event of the end of @ is lost|%d\n", i)
    :: trouble > 0 -> trouble--; pending[i] = pending[i] + 2; printf("the world|the event of the end of @ comes twice|%d\n", i)
    fi
}

inline redrive(i) {
    status[i] = is_RUNNING;
    redrives[i]++;
    trouble--;
    /* What it has concluded is its end: a watchdog has told it, if not in its own words. */
    isTold[i] = saidItself[i] || (hasConcluded[i] && isTold[i]);
    hasToldItself[i] = 0;
    if
    :: i != PLAN -> asked[i] = 0
    :: else
    fi
}

#define IS_ANOTHER_IN_FLIGHT(i) \
    ((i != 0 && gateway[0] == gateway[i] && IS_IN_FLIGHT(0)) || \
     (i != 1 && gateway[1] == gateway[i] && IS_IN_FLIGHT(1)) || \
     (i != 2 && gateway[2] == gateway[i] && IS_IN_FLIGHT(2)))

inline send(i) {
    MUST(!IS_ANOTHER_IN_FLIGHT(i), "violated|@ is sent while another of its gateway is in flight|%d\n", i);
    flight[i] = SENT;
    hasLanded[i] = 0
}

/* The function answers nobody if its execution was stopped, or began again. */
#define answer(i, said) \
    if :: asked[i] && status[i] == is_RUNNING -> calling[i] = said :: else -> calling[i] = 0 fi

/* A lease runs out if its holder has not run for long: nothing that it began is in flight then. A
   lease outlasts whatever its holder may do in one attempt: tests/infra/test_leases.py. */
#define CAN_RUN_OUT(g) \
    (lockOwner[g] != 0 && !isOver[g] && \
     (status[lockOwner[g] - 1] != is_RUNNING || redrives[lockOwner[g] - 1] != lockAttempt[g]) && \
     flight[lockOwner[g] - 1] == 0 && !IS_CALLING(lockOwner[g] - 1))

#define IS_WATCHED(i) (watched[0] == i + 1 || watched[1] == i + 1 || watched[2] == i + 1)
#define IS_SWEPT(i) \
    (registered[i] == i + 1 && status[i] != 0 && status[i] != is_RUNNING && !IS_WATCHED(i) && \
     sweeps[i] < MOST_SWEEPS)

/* A watchdog takes the first place that is free: which one that is makes no difference. */
#define STARTS_WATCHDOG(i, slot, where, enabled, said, done) \
    :: atomic { enabled && where && watched[slot] == 0 -> \
        printf(said, i); done; watched[slot] = i + 1 }

#define END_OF(i) \
    :: atomic { trouble > 0 && status[i] == is_RUNNING -> \
        printf("the world|@ is stopped|%d\n", i); stop(i) } \
    :: atomic { trouble > 0 && status[i] == is_ABORTED && redrives[i] < 1 -> \
        printf("the world|@ is redriven|%d\n", i); redrive(i) }
#define WATCHDOG_OF(i, slot, where) \
    STARTS_WATCHDOG(i, slot, where, pending[i] > 0, \
        "the world|an event starts a watchdog for @|%d\n", pending[i]--) \
    STARTS_WATCHDOG(i, slot, where, IS_SWEPT(i), \
        "the sweep|starts a watchdog|%d\n", sweeps[i]++)

#define NETWORK_OF(i) \
    :: atomic { trouble > 0 && status[i] == is_RUNNING && !isCancelled[i] -> \
        printf("the world|@ is cancelled|%d\n", i); isCancelled[i] = 1; trouble-- } \
    :: atomic { calling[i] == INVOKED && CAN_RETAKE(i) -> \
        printf("the world|the function of @ takes the lock again|%d\n", i); \
        RETAKE(i); calling[i] = PERMITTED_CALL } \
    :: atomic { calling[i] == INVOKED && !CAN_RETAKE(i) -> \
        printf("the world|the function of @ does not get the lock again|%d\n", i); answer(i, LOCK_LOST) } \
    :: atomic { calling[i] == INVOKED && trouble > 0 -> \
        printf("the world|the function of @ can't read the lock|%d\n", i); \
        trouble--; answer(i, LOCK_UNKNOWN) } \
    :: atomic { calling[i] == PERMITTED_CALL -> \
        printf("the world|the call of @ is sent|%d\n", i); send(i); answer(i, ANSWERED) } \
    :: atomic { calling[i] == PERMITTED_CALL -> \
        printf("the world|the call of @ is refused|%d\n", i); answer(i, NOT_SENT) } \
    :: atomic { flight[i] == SENT -> \
        printf("the world|the call of @ takes effect|%d\n", i); hasLanded[i] = 1; \
        if :: hasConcluded[i] -> flight[i] = 0 :: else -> flight[i] = MOVING fi } \
    :: atomic { flight[i] == SENT -> \
        printf("the world|the call of @ has no effect|%d\n", i); flight[i] = 0 } \
    :: atomic { flight[i] == GIVEN_UP -> \
        printf("the world|the call of @ takes effect, or has none|%d\n", i); flight[i] = 0 } \
    :: atomic { flight[i] == MOVING -> \
        printf("the world|the virtual interface of @ comes to rest|%d\n", i); flight[i] = 0 }
#define LEASE_OF(g) \
    :: atomic { CAN_RUN_OUT(g) -> \
        printf("the world|the lease of ~ runs out|%d\n", g); isOver[g] = 1 }
#define MIGRATION_OF(i) \
    END_OF(i) \
    WATCHDOG_OF(i, 0, true) \
    WATCHDOG_OF(i, 1, watched[0] != 0) \
    NETWORK_OF(i)

proctype World()
{
end_world:
    do
    MIGRATION_OF(0)
#if RUNNING_MIGRATIONS > 1
    MIGRATION_OF(1)
#endif
#if RUNNING_MIGRATIONS > 2
    MIGRATION_OF(2)
#endif
#if HAS_PLAN
    END_OF(PLAN)
    WATCHDOG_OF(PLAN, 2, true)
    LEASE_OF(1)
    :: atomic { trouble > 0 && status[PLAN] == is_RUNNING && !startsNoMore ->
        printf("the world|@ is halted|%d\n", PLAN); startsNoMore = 1; trouble-- }
#endif
    LEASE_OF(0)
    od
}
