"""A run as a timeline in the terminal: lanes for each VIF, then what happened when."""
