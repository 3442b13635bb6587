"""The names that Mattermost and Slack give to emoji, and what programs attach, as plain signs and Markdown."""

from __future__ import annotations

import re
from typing import Any

from chat import payload

_NAMES = """
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|heart ❤️|tada 🎉|smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆|satisfied 😆
joy 😂|rofl 🤣|rolling_on_the_floor_laughing 🤣|blush 😊|slightly_smiling_face 🙂|slight_smile 🙂|upside_down_face 🙃
wink 😉|heart_eyes 😍|kissing_heart 😘|yum 😋|stuck_out_tongue 😛|stuck_out_tongue_winking_eye 😜|sunglasses 😎
thinking 🤔|thinking_face 🤔|neutral_face 😐|expressionless 😑|no_mouth 😶|smirk 😏|unamused 😒|roll_eyes 🙄
face_with_rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪|sleeping 😴|mask 😷|open_mouth 😮|astonished 😲
flushed 😳|cry 😢|sob 😭|disappointed 😞|worried 😟|confused 😕|frowning 😦|scream 😱|fearful 😨|cold_sweat 😰|sweat 😓
sweat_smile 😅|angry 😠|rage 😡|triumph 😤|innocent 😇|hugs 🤗|hugging_face 🤗|nerd_face 🤓|partying_face 🥳
star_struck 🤩|exploding_head 🤯|shushing_face 🤫|zany_face 🤪|pleading_face 🥺|melting_face 🫠|saluting_face 🫡
skull 💀|ghost 👻|robot 🤖|robot_face 🤖|poop 💩|hankey 💩|clap 👏|raised_hands 🙌|pray 🙏|wave 👋|ok_hand 👌|muscle 💪
fist 👊|facepunch 👊|v ✌️|crossed_fingers 🤞|point_up ☝️|point_right 👉|point_left 👈|point_down 👇|point_up_2 👆
raised_hand ✋|hand ✋|handshake 🤝|eyes 👀|shrug 🤷|facepalm 🤦|face_palm 🤦|bow 🙇|raising_hand 🙋|man-shrugging 🤷
fire 🔥|star ⭐|star2 🌟|sparkles ✨|boom 💥|100 💯|zap ⚡|sunny ☀️|umbrella ☔|snowflake ❄️|rainbow 🌈|rocket 🚀
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|heavy_plus_sign ➕|heavy_minus_sign ➖|warning ⚠️
question ❓|exclamation ❗|heavy_exclamation_mark ❗|no_entry ⛔|no_entry_sign 🚫|red_circle 🔴|large_blue_circle 🔵
green_heart 💚|blue_heart 💙|yellow_heart 💛|purple_heart 💜|black_heart 🖤|orange_heart 🧡|broken_heart 💔
two_hearts 💕
birthday 🎂|cake 🍰|beer 🍺|beers 🍻|champagne 🍾|clinking_glasses 🥂|wine_glass 🍷|coffee ☕|pizza 🍕|croissant 🥐
gift 🎁|balloon 🎈|confetti_ball 🎊|trophy 🏆|first_place_medal 🥇|soccer ⚽|basketball 🏀|dart 🎯|musical_note 🎵
bulb 💡|memo 📝|pencil 📝|pencil2 ✏️|pushpin 📌|paperclip 📎|calendar 📅|date 📅|chart_with_upwards_trend 📈|email 📧
mega 📣|loudspeaker 📢|bell 🔔|mag 🔍|lock 🔒|key 🔑|hammer 🔨|wrench 🔧|gear ⚙️|bug 🐛|computer 💻|phone 📞|camera 📷
alarm_clock ⏰|hourglass ⌛|hourglass_flowing_sand ⏳|clock1 🕐|recycle ♻️|arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️
arrow_left ⬅️|cat 🐱|dog 🐶|unicorn 🦄|unicorn_face 🦄|bee 🐝|tree 🌳|evergreen_tree 🌲|four_leaf_clover 🍀|sunflower 🌻
rose 🌹|earth_africa 🌍|house 🏠|car 🚗|bus 🚌|train 🚋|bike 🚲|airplane ✈️|fr 🇫🇷|flag-fr 🇫🇷|flag_fr 🇫🇷|eu 🇪🇺
"""
EMOJI: dict[str, str] = dict(
    one.rsplit(" ", 1)
    for row in _NAMES.strip().split("\n")
    for one in row.split("|")  # type: ignore[misc]
)
_NAMED = re.compile(r":([a-z0-9_+-]{1,60}):(?::skin-tone-[2-6]:)?")
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)


def sign(name: str) -> str:
    """Return the emoji of this name, "" for one that is not known here."""
    return EMOJI.get(name.split("::")[0], "")


def drawn(text: str) -> str:
    """Return a text with the emoji that it names, but in code; unknown ones stay as they were typed."""
    if ":" not in text:
        return text
    parts = _CODE.split(text)
    parts[::2] = [_NAMED.sub(lambda found: sign(found[1]) or found[0], part) for part in parts[::2]]
    return "".join(parts)


def attached(sent: Any) -> str:
    """Return what a program attached to a message, as Markdown; "" where there is nothing to be read."""
    return payload.attached(sent) if isinstance(sent, list) else ""
