"""Tables in the pages of docs/, between `<!-- study:NAME -->` and `<!-- /study:NAME -->`."""

import pathlib
import re

from study.recorded import ROOT

PAGES = (ROOT / "docs" / "methods.md", ROOT / "docs" / "study.md")


def marked(text: str) -> list[str]:
    """The names of the tables that a page has room for."""
    return re.findall(r"^<!-- study:([\w-]+) -->$", text, re.MULTILINE)


def filled(text: str, tables: dict[str, str]) -> str:
    """The page with its tables made anew. ValueError for a mark without an end."""
    for name in marked(text):
        pattern = re.compile(rf"^<!-- study:{name} -->\n.*?^<!-- /study:{name} -->$",
                             re.MULTILINE | re.DOTALL)
        block = f"<!-- study:{name} -->\n{tables[name]}\n<!-- /study:{name} -->"
        text, count = pattern.subn(lambda _, b=block: b, text)
        if count != 1:
            raise ValueError(f"study:{name} is {count} times in a page, with its end")
    return text


def all_filled(tables: dict[str, str]) -> dict[pathlib.Path, str]:
    """Every page as it should be. ValueError for a table that no page shows."""
    made, shown = {}, set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        shown |= set(marked(text))
        made[page] = filled(text, tables)
    missing = sorted(set(tables) - shown)
    if missing:
        raise ValueError(f"no page shows {', '.join(missing)}")
    return made
