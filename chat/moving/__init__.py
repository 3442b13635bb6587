"""Reading what other houses of talk give away, as what a stranger wrote: bounded, and never believed."""
