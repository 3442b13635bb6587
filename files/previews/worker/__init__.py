"""Programs that draw files from strangers, each run by `lib.confined`: no Django, no settings, no network in here.

`draw.py` is the one that is started; its folder is all of ours that it finds, so that its parts import each other by
their bare names.
"""
