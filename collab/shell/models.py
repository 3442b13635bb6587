"""What a person's home page remembers."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class HomeState(models.Model):
    """`seen_at`: when the page was last open, to some minutes; `before`: the end of the visit before this one.

    `put_away`: names of what its person does not want to see there any more.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="home_state")
    seen_at = models.DateTimeField()
    before = models.DateTimeField(null=True)
    put_away = ArrayField(models.CharField(max_length=60), default=list)

    def __str__(self):
        return f"{self.user_id}"
