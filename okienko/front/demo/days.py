"""Days in Polish, and how a shop's days go: when customers write, and when somebody is there to answer."""

import random
from datetime import date, datetime, time, timedelta

MONTHS = [
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
    "października", "listopada", "grudnia",
]  # fmt: skip
WITH_IN = ["w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę"]
GENITIVE = ["poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli"]
ACCUSATIVE = ["poniedziałek", "wtorek", "środę", "czwartek", "piątek", "sobotę", "niedzielę"]
NIGHT = (time(22, 40), time(6, 50))  # few people write to shops then
WEEK = 7
SATURDAY, SUNDAY = 5, 6
# Those that do not move; near Easter the shop is told of as open.
HOLIDAYS = {(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26)}

# Letters a customer writes on each day of the week, from Monday, and in each hour; 1 is the middle.
OF_WEEKDAY = [1.3, 1.15, 1.0, 1.0, 0.9, 0.55, 0.65]
OF_HOUR = [2, 1, 1, 0, 0, 1, 3, 6, 9, 11, 11, 10, 9, 8, 8, 8, 7, 7, 8, 9, 10, 9, 7, 4]
BEFORE_CHRISTMAS = 45  # days in which letters grow to twice as many
BEFORE_CHRISTMAS_FROM = (12, 18)


def in_words(day: date) -> str:
    """22 listopada"""
    return f"{day.day} {MONTHS[day.month - 1]}"


def named(day: date, today: date, forms: list[str]) -> str:
    """A day of this week by its name, one farther off by its date."""
    return forms[day.weekday()] if abs((day - today).days) < WEEK else in_words(day)


def is_working(day: date) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in HOLIDAYS


def working_day(day: date, count: int) -> date:
    """The `count`-th working day after a day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def answer_by(day: date) -> date:
    """Fourteen days from a complaint or a withdrawal, on the safe side: the last working day of them."""
    day += timedelta(days=14)
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def season(day: date) -> float:
    """How much more is written before Christmas: from 1 up to 2."""
    month, number = BEFORE_CHRISTMAS_FROM
    left = (date(day.year, month, number) - day).days
    return 1 + max(0.0, 1 - left / BEFORE_CHRISTMAS) if left >= 0 else 1.0


def moments(first: datetime, last: datetime, count: int, chance: random.Random) -> list[datetime]:
    """`count` moments between two, oldest first, as customers write: by day and by hour. Of the same zone."""
    hours: list[datetime] = []
    hour = first.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while hour < last - timedelta(hours=1):
        hours.append(hour)
        hour += timedelta(hours=1)
    weights = [OF_WEEKDAY[hour.weekday()] * OF_HOUR[hour.hour] * season(hour.date()) for hour in hours]
    chosen = chance.choices(hours, weights, k=count)
    return sorted(hour + timedelta(seconds=chance.randint(0, 3599)) for hour in chosen)


def opening(day: date) -> tuple[time, time] | None:
    """When somebody is at the desk on this day; None on Sundays and holidays."""
    if day.weekday() == SUNDAY or (day.month, day.day) in HOLIDAYS:
        return None
    return (time(10), time(14)) if day.weekday() == SATURDAY else (time(8), time(17))


def awake(moment: datetime, chance: random.Random) -> datetime:
    """The moment itself by day, otherwise some time next morning."""
    if NIGHT[1] <= moment.time() < NIGHT[0]:
        return moment
    day = moment.date() + timedelta(days=moment.time() >= NIGHT[0])
    morning = datetime.combine(day, NIGHT[1], moment.tzinfo)
    return morning + timedelta(minutes=chance.triangular(5, 240, 90), seconds=chance.randint(0, 59))


def at_work(moment: datetime, chance: random.Random) -> datetime:
    """The moment itself when the desk is open, otherwise a while after it opens again."""
    hours = opening(moment.date())
    if hours and hours[0] <= moment.time() < hours[1]:
        return moment
    day = moment.date()
    if not hours or moment.time() >= hours[1]:
        day += timedelta(days=1)
    while (hours := opening(day)) is None:
        day += timedelta(days=1)
    begins = datetime.combine(day, hours[0], moment.tzinfo)
    return begins + timedelta(minutes=chance.triangular(2, 170, 25), seconds=chance.randint(0, 59))
