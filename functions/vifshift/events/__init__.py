"""The events that vifshift publishes and accepts: their models and their wording for people."""
