"""Map states in distributed mode, which moto runs inside of the parent's execution."""
