from enum import StrEnum

class Outcome(StrEnum):
    BAD_CREDENTIALS = "bad_credentials"
    MISSING_SCOPE = "missing_scope"
    OK = "ok"
    RATE_LIMITED = "rate_limited"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"

    def __str__(self) -> str:
        return str(self.value)
