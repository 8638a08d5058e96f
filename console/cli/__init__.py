"""The command line `sally`. One sentence and an exit code when something is wrong."""
