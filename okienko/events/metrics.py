"""The figures of health.py in Prometheus' words."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from okienko.events.health import Report

NAMES = {
    "due": "Jobs that could run now",
    "running": "Jobs being run",
    "later": "Jobs that wait for their time",
    "parked": "Jobs set aside for a person",
    "oldest": "Seconds the oldest due job has waited",
    "lag": "Seconds since this process last read the event log to its end",
    "streams": "Open change streams of this process",
    "oldest_transaction": "Seconds the oldest writing transaction has been open",
}


def exposition(report: Report) -> bytes:
    """Prometheus text format."""
    registry = CollectorRegistry()
    for field, meaning in NAMES.items():
        value = getattr(report, field)
        if value is not None:
            Gauge(f"okienko_{field}", meaning, registry=registry).set(value)
    return generate_latest(registry)
