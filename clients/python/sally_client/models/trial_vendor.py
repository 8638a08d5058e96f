from enum import StrEnum

class TrialVendor(StrEnum):
    FUELFINDER = "fuelfinder"
    OPENWEATHER = "openweather"
    SAMSARA = "samsara"
    TRUCKBASE = "truckbase"

    def __str__(self) -> str:
        return str(self.value)
