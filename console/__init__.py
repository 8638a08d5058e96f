"""The faces people use: the command line, and the one module that asks Prefect to run things."""
