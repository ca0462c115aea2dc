"""AWS CloudTrail: records of API calls, as EventBridge delivers them."""
