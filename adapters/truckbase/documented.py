"""Truckbase's documented fields. What is not listed is told as schema drift."""

from models.documented import documented

BY_DATASET = {
    "loads": documented(
        "loads",
        """
        co_driver_id commodity created_at customer customer.id customer.name
        delivery_location delivery_location.address delivery_location.city
        delivery_location.lat delivery_location.lon delivery_location.state
        delivery_location.zip delivery_time driver driver.id driver.name driver.phone
        driver_id equipment_type id load_number miles miles.empty miles.loaded notes
        pickup_location pickup_location.address pickup_location.city pickup_location.lat
        pickup_location.lon pickup_location.state pickup_location.zip pickup_time rate
        rate.amount rate.currency references references[].type references[].value status
        stops stops[].appointment stops[].appointment.confirmed stops[].appointment.end
        stops[].appointment.start stops[].appointment.type stops[].arrived_at
        stops[].departed_at stops[].eta stops[].id stops[].instructions stops[].location
        stops[].location.address1 stops[].location.address2 stops[].location.city
        stops[].location.country stops[].location.lat stops[].location.lon
        stops[].location.name stops[].location.state stops[].location.timezone
        stops[].location.zip stops[].references stops[].references[].type
        stops[].references[].value stops[].sequence stops[].status stops[].type trailer
        trailer.id trailer.unit_number truck truck.id truck.unit_number truck.vin
        updated_at weight weight.unit weight.value
        """,
        words={
            "stops[].type": "pickup delivery drop hook fuel other",
            "stops[].status": "pending en_route arrived completed skipped cancelled",
            "stops[].appointment.type": "exact window fcfs",
        },
    ),
}
