from enum import StrEnum

class Kind(StrEnum):
    BREAK = "break"
    DELIVERY = "delivery"
    FUEL = "fuel"
    OTHER = "other"
    PICKUP = "pickup"
    REST = "rest"
    START = "start"

    def __str__(self) -> str:
        return str(self.value)
