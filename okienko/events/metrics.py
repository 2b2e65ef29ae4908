"""The figures of health.py, and of the rooms that are watched, in Prometheus' words."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from okienko.events.health import Report
from okienko.events.registry import Seen

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


def exposition(report: Report, watched: Iterable[Seen] = ()) -> bytes:
    """Prometheus text format."""
    registry = CollectorRegistry()
    for field, meaning in NAMES.items():
        value = getattr(report, field)
        if value is not None:
            Gauge(f"okienko_{field}", meaning, registry=registry).set(value)
    gauges: dict[str, Gauge] = {}
    for name, meaning, labels, value in [figure for seen in watched for figure in seen.figures()]:
        if name not in gauges:
            gauges[name] = Gauge(name, meaning, sorted(labels), registry=registry)
        (gauges[name].labels(**labels) if labels else gauges[name]).set(value)
    return generate_latest(registry)
