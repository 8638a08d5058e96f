from enum import StrEnum

class NewOverrideDutyStatusType0(StrEnum):
    DRIVING = "driving"
    OFF_DUTY = "off_duty"
    ON_DUTY = "on_duty"
    PERSONAL_CONVEYANCE = "personal_conveyance"
    SLEEPER_BERTH = "sleeper_berth"
    YARD_MOVE = "yard_move"

    def __str__(self) -> str:
        return str(self.value)
