from enum import StrEnum

class IntegrationStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    NEEDS_ATTENTION = "needs_attention"

    def __str__(self) -> str:
        return str(self.value)
