"""CloudWatch: the metrics that services publish, and the alarms that evaluate them."""
