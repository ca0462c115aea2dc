/* What must hold once nothing can happen any more, whatever has happened before. */

/* The sweep looks after each execution that is registered. One that could not be registered, or was
   struck off before it was redriven, is found by the event of its end alone. */
#define IS_SWEPT_FOR(i) (registered[i] != 0 && redrives[i] == 0)
#define IS_LOOKED_AFTER(i) (status[i] == is_SUCCEEDED || IS_SWEPT_FOR(i) || !isUnlucky[i])

inline judge(i) {
    MUST(status[i] != is_RUNNING, "violated|@ is stuck|%d\n", i);
    if
    :: status[i] != 0 && IS_LOOKED_AFTER(i) ->
        MUST(isTold[i], "violated|the end of @ was never told|%d\n", i);
        MUST(registered[i] == 0 || registered[i] == STRUCK_OFF,
            "violated|@ was never struck off|%d\n", i);
        MUST(status[i] == is_SUCCEEDED && !IS_SWEPT_FOR(i) || touched[i] || claimOwner[request[i]] != i + 1,
            "violated|@ has touched nothing, and its request can't come again|%d\n", i)
    :: else
    fi
}
#define IS_LEFT_TO_EXPIRE(g) (lockOwner[g] != 0 && !IS_SWEPT_FOR(lockOwner[g] - 1))

active proctype End()
{
    timeout ->
    atomic {
        judge(0); judge(1); judge(2); judge(PLAN);
        MUST(lockOwner[0] == 0 || IS_LEFT_TO_EXPIRE(0), "violated|its gateway is locked forever by @|%d\n", lockOwner[0] - 1);
        MUST(lockOwner[1] == 0 || IS_LEFT_TO_EXPIRE(1), "violated|its gateway is locked forever by @|%d\n", lockOwner[1] - 1)
    }
}

init {
    atomic {
        request[0] = 0; request[1] = 1; request[2] = 2; request[PLAN] = PLAN;
#if HAS_PLAN
        if
        :: /* A plan moves one of each gateway, and somebody else one of the first. */
            isMove[0] = 1; isMove[1] = 1; gateway[1] = 1
        :: /* A plan moves one of the second gateway, and the event of another request comes twice. */
            isMove[0] = 1; gateway[0] = 1; request[2] = 1
        fi;
        status[PLAN] = is_RUNNING;
        run Plan(PLAN); run Track(0); run Track(1); run PlanWatchdog(2);
#else
        if
        :: RUNNING_MIGRATIONS > 1 -> request[1] = 0
        :: true
        fi;
#endif
        run World();
        run Watchdog(0); run Watchdog(1);
        if :: !isMove[0] -> status[0] = is_RUNNING :: else fi;
        run Migration(0);
#if RUNNING_MIGRATIONS > 1
        if :: !isMove[1] -> status[1] = is_RUNNING :: else fi;
        run Migration(1);
#endif
#if RUNNING_MIGRATIONS > 2
        status[2] = is_RUNNING;
        run Migration(2)
#endif
    }
}
