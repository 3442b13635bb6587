"""What parts of the house above this one may listen to."""

from django.dispatch import Signal

leaving = Signal()
"""Sent with `user` in the transaction that deletes an account, after the apps forgot them, before its row goes."""

losing = Signal()
"""Sent in the transaction of what follows, before it; a receiver refuses by raising a Refusal.

With `user` alone: all that reaches this person ends (disabled). With `group` alone: all that reaches its members
through it ends (the group is deleted). With both: what reaches this person through this group ends (left;
EVERYONE: demoted to guest). With `for_good` the account is deleted: what is archived counts too.
"""

EVERYONE = "everyone"
