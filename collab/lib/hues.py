"""The ten colours of places and people; the name is stored, the stylesheet knows its tones."""

HUES = ("azur", "brique", "sapin", "prune", "miel", "lagon", "framboise", "mousse", "indigo", "ardoise")


def hue_of(number: int) -> str:
    """Return the colour for the n-th thing, in turn."""
    return HUES[number % len(HUES)]
