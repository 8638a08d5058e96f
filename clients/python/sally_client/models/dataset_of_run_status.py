from enum import StrEnum

class DatasetOfRunStatus(StrEnum):
    DEFERRED = "deferred"
    FAILED = "failed"
    PARTIAL = "partial"
    SUCCESS = "success"

    def __str__(self) -> str:
        return str(self.value)
