"""What parts of the house above this one may listen to."""

from django.dispatch import Signal

leaving = Signal()
"""Sent with `user` in the transaction that deletes an account, after the apps forgot them, before its row goes."""

emptied = Signal()
"""Sent with `user` in the transaction that makes a member a guest, after the apps found nothing of their own."""

losing = Signal()
"""Sent in the transaction of what follows, before it; a receiver refuses by raising a Refusal.

With `user` alone: all that reaches this person ends (disabled). With `group` alone: all that reaches its members
through it ends (the group is deleted). With both: what reaches this person through this group ends (left;
EVERYONE: demoted to guest). With `for_good` the account is deleted: what is archived counts too.
"""

EVERYONE = "everyone"

lost = Signal()
"""Sent with `people` (ids) in the transaction in which they lost what `losing` spoke of, or a space, once it is so."""

admitting = Signal()
"""Sent with `space` (its row) and `principal` before something is given to the principal on the space as a whole.

A receiver refuses by raising a Refusal.
"""

grouping = Signal()
"""Sent with `user` and `group` before somebody becomes a member of it; a receiver refuses by raising a Refusal."""

offering = Signal()
"""Sent with `user` (None: the console), `groups`, `space` (ids) and `role` before an invitation is made.

A receiver refuses what this person may not give by raising a Refusal.
"""

joining = Signal()
"""Sent with `user` and `invitation` in the transaction that makes the invited account, after its row is there.

A receiver gives what the invitation opens, as far as it is still there and its maker may still give it.
"""
