from enum import StrEnum

class Topic(StrEnum):
    DRIVER = "driver"
    FUEL = "fuel"
    HOURS = "hours"
    LOAD = "load"
    POSITION = "position"
    ROAD = "road"
    TANK = "tank"
    WEATHER = "weather"

    def __str__(self) -> str:
        return str(self.value)
