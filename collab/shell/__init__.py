"""The frame around every app: layout, navigation, home, settings, administration, errors."""
