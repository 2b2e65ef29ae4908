"""What a page says and offers, for tests: text and attributes by id or class, without regard to layout."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    pieces: list = field(default_factory=list)

    @property
    def words(self) -> str:
        """All text inside, with single spaces."""
        return " ".join("".join(p if isinstance(p, str) else f" {p.words} " for p in self.pieces).split())

    def every(self, tag: str = "", *, cls: str = "", **attributes) -> list["Element"]:
        """Elements inside, in their order, with this tag, class and these attributes."""
        inside = [piece for piece in self.pieces if isinstance(piece, Element)]
        found = []
        for one in inside:
            if one.matches(tag, cls, attributes):
                found.append(one)
            found += one.every(tag, cls=cls, **attributes)
        return found

    def matches(self, tag: str, cls: str, attributes: dict) -> bool:
        return (
            tag in {"", self.tag}
            and (not cls or cls in self.attributes.get("class", "").split())
            and all(self.attributes.get(name) == value for name, value in attributes.items())
        )

    def one(self, tag: str = "", **wanted) -> "Element":
        (found,) = self.every(tag, **wanted)
        return found


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].pieces.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop().tag != tag:
            pass

    def handle_data(self, data):
        self.open[-1].pieces.append(data)


def page(response) -> Element:
    """The answer of a view as a tree."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.root
