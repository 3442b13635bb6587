"""Pictures and films that one may see, by when they were taken: a view over the tree, with the tree's own rights.

`taking` keeps who was taken when; `finding` asks for them; `albums` are selections that people make.
"""
