"""What the states of each state machine mean in the model."""
