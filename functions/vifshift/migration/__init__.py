"""One virtual interface's migration: validation, association, convergence, conclusion."""
