"""What moto's Step Functions lacks: JSONata, nested and distributed executions, limits, faults."""
