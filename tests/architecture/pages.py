"""What templates, style sheets and scripts may hold."""

import re

from tests.architecture import styles

_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z][^<>]*(?:\{[{%].*?[%}]\}[^<>]*)*>", re.DOTALL)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)

FORBIDDEN_IN_TAGS = {
    "an inline event handler": re.compile(r"\son(?!e\b)[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\s(?:data-)?hx-on\b", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE),
}
FORBIDDEN_IN_TEXT = {
    "|safe": re.compile(r"\|\s*safe(?:seq)?\b"),
    "autoescape off": re.compile(r"\{%\s*autoescape\s+off"),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
}
FORBIDDEN_IN_PYTHON = {
    "mark_safe": re.compile(r"\bmark_safe\b|\bSafeString\b|\bSafeText\b"),
    "csrf_exempt": re.compile(r"\bcsrf_exempt\b"),
}


def faults_of_template(text: str) -> list[str]:
    text = _COMMENT.sub("", text)
    tags = _TAG.findall(text)
    found = [name for name, pattern in FORBIDDEN_IN_TAGS.items() if any(map(pattern.search, tags))]
    found += [name for name, pattern in FORBIDDEN_IN_TEXT.items() if pattern.search(text)]
    if any(body.strip() and "importmap" not in attributes for attributes, body in _SCRIPT.findall(text)):
        found.append("an inline script")
    if any("nonce=" not in attributes for attributes, body in _SCRIPT.findall(text) if body.strip()):
        found.append("an import map without its nonce")
    return found + [fault for tag in tags for fault in styles.paint_in_markup(tag)]


# What may hold a customer's address or phone number, by the name of its last attribute; and what is printed or passed on.
_PERSONAL = re.compile(r"(?<![\w.])\w+(?:\.\w+)*\.(?:value|written|address|email|phone|text|words|reason|subject|contact)\b(?:\.name)?|\bcontact\.name\b")  # fmt: skip
_SHOWN = re.compile(
    r"\{\{(.*?)\}\}|\{%\s*(?:blocktranslate|include|with|face|firstof|cycle)\b(.*?)%\}", re.DOTALL
)
_VEIL = "|personal:request.user"


def faults_of_personal_data(text: str) -> list[str]:
    """Expressions of a template that show personal data past okienko/ui/personal.py."""
    found = []
    for pieces in _SHOWN.findall(_COMMENT.sub("", text)):
        for expression in re.split(r"\s+", "".join(pieces).strip()):
            last = list(_PERSONAL.finditer(expression))[-1:]
            rest = expression[last[0].end() :] if last else _VEIL
            if _VEIL not in rest and rest != "|hue":  # a hue is a number
                found.append(expression)
    return found


def faults_of_python(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN_IN_PYTHON.items() if pattern.search(text)]


_ELEMENT = re.compile(r"customElements\.define\(\s*[\"']([^\"']+)")


def faults_of_script(text: str) -> list[str]:
    """One custom element a file, prefixed ok-; nothing that builds pages or code out of text."""
    elements = _ELEMENT.findall(text)
    found = [f"{name} is not prefixed ok-" for name in elements if not name.startswith("ok-")]
    if len(elements) > 1:
        found.append(f"{len(elements)} elements in one file")
    found += [word for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
              if word in text]  # fmt: skip
    return found + styles.paint_in_script(text)
