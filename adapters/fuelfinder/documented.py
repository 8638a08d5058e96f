"""Fuel Finder's documented fields, with the other names that are accepted."""

from models.documented import documented

BY_DATASET = {
    "stations": documented(
        "stations",
        """
        address amenities brand city country diesel_price distance distance_unit id lat
        latitude lng lon longitude name phone postal_code prices prices[].amount
        prices[].currency prices[].is_estimated prices[].price_type prices[].product
        prices[].unit prices[].updated_at regular_price state station_id status
        truck_accessible truck_parking_spaces updated_at zip
        """,
        words={
            "status": "open closed temporarily_closed unknown",
            "prices[].product": "diesel regular midgrade premium def biodiesel renewable_diesel",
            "prices[].price_type": "posted cash credit fleet",
            "prices[].unit": "gal gallon us_gallon l liter litre",
        },
    ),
}
