"""Events in and out: rules, schedules, notifications, schemas, dead-letter queues."""
