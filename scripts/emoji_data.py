"""Make static/chat/emoji.json, the emoji that people choose from, of the data of emojibase (17.0.0, MIT).

Names and words are of Unicode's CLDR (Unicode licence v3), short names those of Slack and Mattermost, and GitHub's.
Usage: `npm pack emojibase-data`, unpack it, `python scripts/emoji_data.py <its folder>`.
"""

import json
import sys
from pathlib import Path
from typing import Any

NEWEST = 15
"""Of a later Unicode many systems have no picture yet."""
COMPONENT = 2
LIGHT, TONE = "\U0001f3fb", "*"
MOST_WORDS = 5
SOURCE = "emojibase-data 17.0.0 (MIT licence); names and words: Unicode CLDR (Unicode licence v3)"


def main(folder: Path) -> None:
    def read(name: str) -> Any:
        return json.loads((folder / name).read_text())

    english = {one["hexcode"]: one for one in read("en/data.json")}
    shorts = [read(f"en/shortcodes/{name}.json") for name in ("iamcal", "github")]
    groups = {one["order"]: one["message"] for one in read("fr/messages.json")["groups"]}
    groups_en = {one["order"]: one["message"] for one in read("en/messages.json")["groups"]}
    order = [one for one in sorted(groups) if one != COMPONENT]
    rows = []
    for one in sorted(read("fr/data.json"), key=lambda one: one.get("order", 0)):
        group = one.get("group", COMPONENT)
        if group == COMPONENT or one["version"] > NEWEST:
            continue
        names: list[str] = []
        for short in shorts:
            found = short.get(one["hexcode"], [])
            names += [found] if isinstance(found, str) else found
        other = english[one["hexcode"]]
        said = f"{one['label']} {other['label']}"
        words = [word for side in (one, other) for word in [
            tag for tag in side.get("tags", ()) if tag not in said][:MOST_WORDS]]  # fmt: skip
        names = list(dict.fromkeys(names)) or [other["label"].lower().replace(" ", "_").replace(":", "")]
        # what is a picture by itself needs no sign that says so: one emoji has one spelling
        sign = one["emoji"][0] if one["type"] and one["emoji"][1:] == "\ufe0f" else one["emoji"]
        row = [sign, order.index(group), " ".join(names), one["label"], other["label"], " ".join(dict.fromkeys(words))]
        # of all in one tone, where it has tones: how that is spelled, with TONE for the tone
        light = next((skin["emoji"] for skin in one.get("skins", ()) if skin["tone"] == 1), "")
        rows.append([*row, light.replace(LIGHT, TONE)] if light else row)
    made = {
        "source": SOURCE,
        "groups": [[groups[one].capitalize(), groups_en[one].capitalize()] for one in order],
        "emoji": rows,
    }
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
    target = Path(__file__).resolve().parent.parent / "static/chat/emoji.json"
    target.write_text(text + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
