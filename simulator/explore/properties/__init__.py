"""What must hold of every run, whatever its scenario expects."""
