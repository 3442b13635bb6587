"""Pictures of files: made once for each content in three sizes, kept as long as it, thrown away without loss.

`kinds`: of what there can be one; `making`: by a process of its own under limits; `shelf`: where their bytes lie;
`orders`: which are wanted, being made, made, or cannot be; `worker/`: the programs that draw.
"""
