"""The faces people use: the command line, the API, and the module that asks Prefect to run things."""
