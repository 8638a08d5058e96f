"""OpenWeather's documented fields. What is not listed is told as schema drift."""

from models.documented import documented

BY_DATASET = {
    "weather": documented(
        "",
        """
        base clouds clouds.all cod coord coord.lat coord.lon dt id main main.feels_like
        main.grnd_level main.humidity main.pressure main.sea_level main.temp
        main.temp_max main.temp_min message name rain rain.1h rain.3h snow snow.1h
        snow.3h sys sys.country sys.id sys.sunrise sys.sunset sys.type timezone
        visibility weather weather[].description weather[].icon weather[].id
        weather[].main wind wind.deg wind.gust wind.speed
        """,
        words={
            "weather[].main": """
                thunderstorm drizzle rain snow mist smoke haze dust fog sand ash
                squall tornado clear clouds
            """,
        },
    ),
}
