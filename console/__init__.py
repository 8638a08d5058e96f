"""The faces people use: the command line, the API, and what asks Prefect to run things."""
