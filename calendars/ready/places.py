"""The lists there are, by country and region, and what people call them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

_MINISTRY = "https://fr.ftp.opendatasoft.com/openscol/fr-en-calendrier-scolaire/"
"""Where the ministry of education of France publishes each academy's calendar, for those that are not kept here."""


@dataclass(frozen=True)
class Ready:
    """One list: `key` names it for ever; its `title`; the `address` where it is fetched, "" where it is kept here."""

    key: str
    title: Text
    address: str = ""


def _holidays(country: str, regions: dict[str, Text]) -> list[Ready]:
    name = _COUNTRIES[country]
    title = format_lazy("{} · {}", _("Public holidays"), name)
    found = [Ready(f"holidays/{country}", title)] if country != "CH" else []
    return found + [
        Ready(f"holidays/{country}-{code}", format_lazy("{} · {}", _("Public holidays"), region))
        for code, region in regions.items()
    ]


def _school(slug: str, name: Text, address: str = "") -> Ready:
    return Ready(f"school/{slug}", format_lazy("{} · {}", _("School holidays"), name), address)


_COUNTRIES: dict[str, Text] = {
    "FR": pgettext_lazy("country", "France"),
    "BE": pgettext_lazy("country", "Belgium"),
    "CH": pgettext_lazy("country", "Switzerland"),
    "LU": pgettext_lazy("country", "Luxembourg"),
    "CA": pgettext_lazy("country", "Canada"),
}
_FRANCE: dict[str, Text] = {
    "6AE": "Alsace", "57": "Moselle", "971": "Guadeloupe", "972": "Martinique", "973": "Guyane", "974": "La Réunion",
    "976": "Mayotte", "BL": "Saint-Barthélemy", "MF": "Saint-Martin", "NC": "Nouvelle-Calédonie",
    "PF": "Polynésie française", "PM": "Saint-Pierre-et-Miquelon", "WF": "Wallis-et-Futuna",
}  # fmt: skip
_CANTONS: dict[str, Text] = {
    "AG": "Aargau", "AI": "Appenzell Innerrhoden", "AR": "Appenzell Ausserrhoden", "BE": "Bern / Berne",
    "BL": "Basel-Landschaft", "BS": "Basel-Stadt", "FR": "Fribourg / Freiburg", "GE": "Genève", "GL": "Glarus",
    "GR": "Graubünden", "JU": "Jura", "LU": "Luzern", "NE": "Neuchâtel", "NW": "Nidwalden", "OW": "Obwalden",
    "SG": "St. Gallen", "SH": "Schaffhausen", "SO": "Solothurn", "SZ": "Schwyz", "TG": "Thurgau", "TI": "Ticino",
    "UR": "Uri", "VD": "Vaud", "VS": "Valais / Wallis", "ZG": "Zug", "ZH": "Zürich",
}  # fmt: skip
_PROVINCES: dict[str, Text] = {
    "QC": "Québec", "AB": "Alberta", "BC": _("British Columbia"), "MB": "Manitoba", "NB": _("New Brunswick"),
    "NL": _("Newfoundland and Labrador"), "NS": _("Nova Scotia"), "NT": _("Northwest Territories"), "NU": "Nunavut",
    "ON": "Ontario", "PE": _("Prince Edward Island"), "SK": "Saskatchewan", "YT": "Yukon",
}  # fmt: skip

GROUPS: tuple[tuple[Text, tuple[Ready, ...]], ...] = (
    (
        _COUNTRIES["FR"],
        (
            *_holidays("FR", {})[:1],
            _school("A", _("Zone A")),
            _school("B", _("Zone B")),
            _school("C", _("Zone C")),
            _school("corse", "Corse", _MINISTRY + "Corse.ics"),
            _school("guadeloupe", "Guadeloupe", _MINISTRY + "Guadeloupe.ics"),
            _school("guyane", "Guyane", _MINISTRY + "Guyane.ics"),
            _school("martinique", "Martinique", _MINISTRY + "Martinique.ics"),
            _school("mayotte", "Mayotte", _MINISTRY + "Mayotte.ics"),
            _school("reunion", "La Réunion"),
            *_holidays("FR", _FRANCE)[1:],
        ),
    ),
    (_COUNTRIES["BE"], tuple(_holidays("BE", {}))),
    (_COUNTRIES["CH"], tuple(_holidays("CH", _CANTONS))),
    (_COUNTRIES["LU"], tuple(_holidays("LU", {}))),
    (_COUNTRIES["CA"], tuple(_holidays("CA", _PROVINCES))),
)
KNOWN = {one.key: one for _country, each in GROUPS for one in each}
