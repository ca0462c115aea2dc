"""What all parts of the simulated cloud share: patches, context, clients, faults and snapshots."""
