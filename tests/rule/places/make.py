"""Makes city.mmdb, country.mmdb and asn.mmdb beside it: places for the networks that are for examples (RFC 5737, RFC 3849).

Run once with mmdb_writer 0.2.7 of PyPI (`pip install mmdb_writer && python make.py`); the results are kept.
"""

from pathlib import Path

from mmdb_writer import MMDBWriter
from netaddr import IPSet

HERE = Path(__file__).parent

# Networks, country, its name in English and German, city in both, latitude, longitude, how exact in kilometres.
PLACES = [
    (["192.0.2.0/24", "2001:db8::/32"], "DE", "Germany", "Deutschland", "Berlin", "Berlin", 52.52, 13.405, 20),
    (["198.51.100.0/24"], "TR", "Türkiye", "Türkei", "Istanbul", "Istanbul", 41.0082, 28.9784, 20),
    (["203.0.113.0/25"], "US", "United States", "USA", "New York", "New York", 40.7128, -74.006, 50),
    # Beside it nothing is known.
]


def write(name, kind, record):
    writer = MMDBWriter(6, kind, languages=["de", "en"], description="Places for tests", ipv4_compatible=True, int_type="u16")
    for networks, *facts in PLACES:
        writer.insert_network(IPSet(networks), record(*facts))
    writer.to_db_file(str(HERE / name))


def country(code, english, german, *_):
    return {"country": {"iso_code": code, "names": {"en": english, "de": german}}}


def city(code, english, german, city_english, city_german, latitude, longitude, radius):
    return country(code, english, german) | {
        "city": {"names": {"en": city_english, "de": city_german}},
        "location": {"latitude": latitude, "longitude": longitude, "accuracy_radius": radius},
    }


write("city.mmdb", "Example-City", city)
write("country.mmdb", "Example-Country", country)
write("asn.mmdb", "Example-ASN", lambda *_: {"autonomous_system_number": 64496})
