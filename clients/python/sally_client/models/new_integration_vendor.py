from enum import StrEnum

class NewIntegrationVendor(StrEnum):
    FUELFINDER = "fuelfinder"
    OPENWEATHER = "openweather"
    SAMSARA = "samsara"
    TRUCKBASE = "truckbase"

    def __str__(self) -> str:
        return str(self.value)
