"""Ground floor: no models, no knowledge of apps."""
