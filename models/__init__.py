"""An exhaustive model of claims, locks, watchdogs and the sweep, made from the definitions."""
