"""The keys of every sandbox tenant: a pure function of its slug, so nobody has to store them."""

from __future__ import annotations

from hashlib import blake2b

VENDORS = ("samsara", "truckbase", "fuelfinder", "openweather")


def _token(slug: str, purpose: str, generation: int, length: int) -> str:
    text = f"sandbox/{purpose}/{slug}/{generation}".encode()
    return blake2b(text, digest_size=32).hexdigest()[:length]


def credentials(slug: str, generation: int = 0) -> dict[str, dict[str, str]]:
    """The tenant's keys by vendor; `generation` counts rotations. No server is needed."""
    return {
        "samsara": {"api_key": f"samsara_api_{_token(slug, 'samsara', generation, 30)}"},
        "truckbase": {
            "api_key": f"tb_key_{_token(slug, 'truckbase', generation, 24)}",
            "api_secret": f"tb_secret_{_token(slug, 'truckbase-secret', generation, 32)}",
        },
        "fuelfinder": {"api_key": f"ff_key_{_token(slug, 'fuelfinder', generation, 24)}"},
        "openweather": {"api_key": _token(slug, "openweather", generation, 32)},
    }


def fingerprint(key: str) -> str:
    """Twelve hex digits that name a key without giving it away."""
    return blake2b(key.encode(), digest_size=6).hexdigest()
