"""Real cities and the interstates between them, and distances on the globe."""

from __future__ import annotations

from functools import lru_cache
from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

EARTH_MILES = 3958.8


class City(NamedTuple):
    """A city with the postal code of a freight district and its time zone."""

    name: str
    state: str
    zip: str
    lat: float
    lon: float
    zone: str

    @property
    def country(self) -> str:
        """ISO code: the one province in the table is Ontario."""
        return "CA" if self.state == "ON" else "US"


EAST, CENTRAL = "America/New_York", "America/Chicago"
MOUNTAIN, PACIFIC = "America/Denver", "America/Los_Angeles"

_TABLE = """
Laredo TX 78045 27.5306 -99.4803 C|San Antonio TX 78219 29.4241 -98.4936 C
Austin TX 78744 30.2672 -97.7431 C|Waco TX 76706 31.5493 -97.1467 C
Dallas TX 75253 32.7767 -96.7970 C|Oklahoma City OK 73128 35.4676 -97.5164 C
Wichita KS 67219 37.6872 -97.3301 C|Kansas City MO 64120 39.0997 -94.5786 C
Des Moines IA 50313 41.5868 -93.6250 C|Minneapolis MN 55413 44.9778 -93.2650 C
Los Angeles CA 90058 34.0522 -118.2437 P|Phoenix AZ 85009 33.4484 -112.0740 Z
Tucson AZ 85706 32.2226 -110.9747 Z|El Paso TX 79915 31.7619 -106.4850 M
Houston TX 77020 29.7604 -95.3698 C|Baton Rouge LA 70805 30.4515 -91.1871 C
New Orleans LA 70126 29.9511 -90.0715 C|Mobile AL 36603 30.6954 -88.0399 C
Jacksonville FL 32218 30.3322 -81.6557 E|Barstow CA 92311 34.8958 -117.0173 P
Flagstaff AZ 86004 35.1983 -111.6513 Z|Albuquerque NM 87105 35.0844 -106.6504 M
Amarillo TX 79118 35.2220 -101.8313 C|Little Rock AR 72206 34.7465 -92.2896 C
Memphis TN 38118 35.1495 -90.0490 C|Nashville TN 37211 36.1627 -86.7816 C
Knoxville TN 37914 35.9606 -83.9207 E|Charlotte NC 28206 35.2271 -80.8431 E
Raleigh NC 27603 35.7796 -78.6382 E|Sacramento CA 95828 38.5816 -121.4944 P
Reno NV 89502 39.5296 -119.8138 P|Salt Lake City UT 84104 40.7608 -111.8910 M
Cheyenne WY 82007 41.1400 -104.8202 M|Omaha NE 68117 41.2565 -95.9345 C
Chicago IL 60632 41.8781 -87.6298 C|Toledo OH 43605 41.6528 -83.5379 E
Cleveland OH 44105 41.4993 -81.6944 E|Newark NJ 07105 40.7357 -74.1724 E
Denver CO 80216 39.7392 -104.9903 M|Grand Junction CO 81505 39.0639 -108.5506 M
Saint Louis MO 63147 38.6270 -90.1994 C|Indianapolis IN 46241 39.7684 -86.1581 E
Columbus OH 43228 39.9612 -82.9988 E|Pittsburgh PA 15225 40.4406 -79.9959 E
Miami FL 33166 25.7617 -80.1918 E|Savannah GA 31408 32.0809 -81.0912 E
Richmond VA 23224 37.5407 -77.4360 E|Baltimore MD 21224 39.2904 -76.6122 E
Philadelphia PA 19154 39.9526 -75.1652 E|Boston MA 02118 42.3601 -71.0589 E
San Diego CA 92154 32.7157 -117.1611 P|Fresno CA 93725 36.7378 -119.7871 P
Redding CA 96002 40.5865 -122.3917 P|Portland OR 97217 45.5152 -122.6784 P
Seattle WA 98108 47.6062 -122.3321 P|Spokane WA 99217 47.6588 -117.4260 P
Missoula MT 59808 46.8721 -113.9940 M|Billings MT 59101 45.7833 -108.5007 M
Rapid City SD 57701 44.0805 -103.2310 M|Sioux Falls SD 57104 43.5446 -96.7311 C
Boise ID 83705 43.6150 -116.2023 B|Atlanta GA 30336 33.7490 -84.3880 E
Chattanooga TN 37407 35.0456 -85.3097 E|Louisville KY 40213 38.2527 -85.7585 E
Cincinnati OH 45237 39.1031 -84.5120 E|Birmingham AL 35217 33.5186 -86.8104 C
Jackson MS 39209 32.2988 -90.1848 C|Shreveport LA 71107 32.5252 -93.7502 C
Detroit MI 48209 42.3314 -83.0458 D|London ON N6M 42.9849 -81.2453 T
Toronto ON M9W 43.6532 -79.3832 T|Tampa FL 33619 27.9506 -82.4572 E
Las Vegas NV 89118 36.1699 -115.1398 P|Roanoke VA 24012 37.2710 -79.9414 E
Harrisburg PA 17111 40.2732 -76.8867 E|Buffalo NY 14206 42.8864 -78.8784 E
Albany NY 12205 42.6526 -73.7562 E|Milwaukee WI 53207 43.0389 -87.9065 C
Madison WI 53718 43.0731 -89.4012 C|Fargo ND 58102 46.8772 -96.7898 C
"""
_ZONES = {
    "E": EAST,
    "C": CENTRAL,
    "M": MOUNTAIN,
    "P": PACIFIC,
    "Z": "America/Phoenix",
    "B": "America/Boise",
    "D": "America/Detroit",
    "T": "America/Toronto",
}
_ROADS = {
    "I-35": "Laredo,San Antonio,Austin,Waco,Dallas,Oklahoma City,Wichita,Kansas City,Des Moines,"
    "Minneapolis",
    "I-10": "Los Angeles,Phoenix,Tucson,El Paso,San Antonio,Houston,Baton Rouge,New Orleans,"
    "Mobile,Jacksonville",
    "I-40": "Barstow,Flagstaff,Albuquerque,Amarillo,Oklahoma City,Little Rock,Memphis,Nashville,"
    "Knoxville,Charlotte,Raleigh",
    "I-80": "Sacramento,Reno,Salt Lake City,Cheyenne,Omaha,Des Moines,Chicago,Toledo,Cleveland,"
    "Newark",
    "I-70": "Grand Junction,Denver,Kansas City,Saint Louis,Indianapolis,Columbus,Pittsburgh,"
    "Baltimore",
    "I-95": "Miami,Jacksonville,Savannah,Richmond,Baltimore,Philadelphia,Newark,Boston",
    "I-5": "San Diego,Los Angeles,Fresno,Sacramento,Redding,Portland,Seattle",
    "I-90": "Seattle,Spokane,Missoula,Billings,Rapid City,Sioux Falls,Madison,Chicago,Toledo,"
    "Cleveland,Buffalo,Albany,Boston",
    "I-75": "Tampa,Atlanta,Chattanooga,Knoxville,Cincinnati,Toledo,Detroit",
    "I-65": "Mobile,Birmingham,Nashville,Louisville,Indianapolis,Chicago,Milwaukee",
    "I-20": "El Paso,Dallas,Shreveport,Jackson,Birmingham,Atlanta",
    "I-25": "El Paso,Albuquerque,Denver,Cheyenne",
    "I-81": "Knoxville,Roanoke,Harrisburg,Albany",
    "I-15": "San Diego,Barstow,Las Vegas,Salt Lake City,Boise",
    "ON-401": "Detroit,London,Toronto",
    "I-29": "Kansas City,Omaha,Sioux Falls,Fargo",
}


def _read_cities() -> dict[str, City]:
    found = {}
    for entry in _TABLE.replace("\n", "|").split("|"):
        if entry.strip():
            *name, state, zipped, lat, lon, zone = entry.split()
            city = City(" ".join(name), state, zipped, float(lat), float(lon), _ZONES[zone])
            found[city.name] = city
    return found


CITIES = _read_cities()
ROADS = {road: tuple(CITIES[name] for name in names.split(",")) for road, names in _ROADS.items()}


def miles_between(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Straight line on the globe, statute miles."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2
    half += cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(half))


def bearing(lat1: float, lon1: float, lat2: float, lon2: float) -> int:
    """Compass degrees from the first point to the second, 0..359."""
    phi1, phi2, turn = radians(lat1), radians(lat2), radians(lon2 - lon1)
    east = sin(turn) * cos(phi2)
    north = cos(phi1) * sin(phi2) - sin(phi1) * cos(phi2) * cos(turn)
    return int(degrees(atan2(east, north)) % 360)


@lru_cache(maxsize=50_000)
def nearest_city(lat: float, lon: float) -> tuple[City, float]:
    """The closest city of the table and its distance in miles."""
    best = min(CITIES.values(), key=lambda city: miles_between(lat, lon, city.lat, city.lon))
    return best, miles_between(lat, lon, best.lat, best.lon)
