"""What is new in a letter: without the history its writer's program put below."""

import re

QUOTED = re.compile(r"^\s*>")
# "On 2 March 2026, Support wrote:", „W dniu 2.03.2026 Anna napisała:", also broken over two lines.
INTRODUCED = re.compile(
    r"^\s*(?:on\b.{3,200}\bwrote\s*:|w dniu\b.{3,200}\bnapisał\(?a?\)?\s*:|.{3,120}\bnapisał\(?a?\)?\s*:|am\b.{3,200}\bschrieb\b.{0,80}:)\s*$",
    re.IGNORECASE,
)


def visible_part(text: str) -> str:
    """The text above a closing block of quoted lines; the whole text when nothing else would be left."""
    lines = text.split("\n")
    end = len(lines)
    while end and (QUOTED.match(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    if not any(QUOTED.match(line) for line in lines[end:]):
        return text.strip()
    for height in (1, 2):
        introduction = " ".join(line.strip() for line in lines[max(0, end - height) : end])
        if INTRODUCED.match(introduction):
            end = max(0, end - height)
            break
    return "\n".join(lines[:end]).strip() or text.strip()
