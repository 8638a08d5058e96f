from enum import StrEnum

class RunStatus(StrEnum):
    CRASHED = "crashed"
    DEFERRED = "deferred"
    FAILED = "failed"
    PARTIAL = "partial"
    RUNNING = "running"
    SUCCESS = "success"

    def __str__(self) -> str:
        return str(self.value)
