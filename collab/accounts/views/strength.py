"""How strong a password is while it is typed, judged by the one that will accept it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from collab.accounts import strength
from collab.accounts.forms import StrengthForm
from collab.accounts.models import User
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def judge(request: HttpRequest) -> JsonResponse:
    """Answer `score` 0–4, `enough`, `label`, `reasons`, `advice` and all of it as one `sentence`."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("strength", "", address)
    throttle.fail("strength", "", address)
    form = StrengthForm(request.POST)
    if not form.is_valid():
        raise BadInput
    typed = form.cleaned_data
    password = typed.pop("password")
    person = request.user if request.user.is_authenticated else User(**typed)
    found = strength.estimate(password, strength.personal_words(person))
    return JsonResponse(
        {
            "score": found.score,
            "enough": found.is_enough,
            "label": found.label,
            "reasons": found.reasons,
            "advice": found.advice,
            "sentence": " ".join([found.label + ".", *found.reasons, found.advice]).strip(),
        }
    )
