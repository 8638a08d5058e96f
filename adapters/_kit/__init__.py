"""What every vendor's adapter is made of, and the only place that speaks HTTP."""
