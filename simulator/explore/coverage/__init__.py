"""What generated scenarios reach, of all that exists: states, rules, outcomes and faults."""
