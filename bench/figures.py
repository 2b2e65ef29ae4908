"""One measured number, what was asked of it, and the line it prints."""

import json
import operator
import re
from dataclasses import dataclass

_COMPARISONS = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_ASKED = re.compile(r"(>=|<=|==|>|<)\s*(-?[\d,]+(?:\.\d+)?)")


@dataclass(frozen=True)
class Figure:
    """`name` dotted, the benchmark first: mail.ingest.sqlite.per_s. `asked`: ">= 150", "== 1124", or "" for none."""

    name: str
    value: float
    unit: str
    asked: str = ""

    @property
    def ok(self) -> bool | None:
        """None when nothing was asked; ValueError when `asked` cannot be read."""
        if not self.asked:
            return None
        found = _ASKED.fullmatch(self.asked.strip())
        if not found:
            raise ValueError(f"{self.name}: asked must read like '>= 150', not {self.asked!r}")
        comparison, number = found.groups()
        return _COMPARISONS[comparison](self.value, float(number.replace(",", "")))

    def line(self) -> str:
        return json.dumps(
            {
                "figure": self.name,
                "value": rounded(self.value),
                "unit": self.unit,
                "asked": self.asked,
                "ok": self.ok,
            }
        )


def rounded(value: float) -> float:
    """Whole numbers stay whole; others keep four significant digits."""
    return (
        value if isinstance(value, int) else float(f"{value:.4g}") if abs(value) < 1000 else round(value, 1)
    )


def quantile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed. ValueError when there are none."""
    if not values:
        raise ValueError("no values were measured")
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 10_000) * len(ordered) // 10_000) - 1)]
