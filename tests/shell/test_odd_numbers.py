"""Numbers as no page of ours sends them: what Python calls a digit and does not read, and what is endless."""

import pytest

from collab.accounts.models import Rank
from tests import town as make
from tests.dav.conftest import device
from tests.files.web import signed_in, space_url
from tests.polls import polling

pytestmark = pytest.mark.django_db
ODD = ["²", "①", "9" * 30, "9" * 5000]
REPORT = """<oc:filter-files xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns">
<d:limit><d:nresults>{0}</d:nresults><nc:firstresult>{0}</nc:firstresult></d:limit>
<oc:filter-rules><oc:favorite>1</oc:favorite></oc:filter-rules></oc:filter-files>"""


@pytest.mark.parametrize("odd", ODD, ids=["raised", "ringed", "large", "endless"])
def test_they_are_refused_or_passed_over(town, odd):
    poll = polling.dates(town.alice, town.space)
    group, space = f"/administration/groups/{town.team.pk}/", f"/spaces/{town.space.pk}/members/"
    alice, owner = signed_in(town.alice), signed_in(make.make_user("otto", Rank.OWNER))
    assert alice.get(space_url(), {"rows": odd}).status_code == 200
    assert alice.get(f"/polls/{poll.pk}/decide/", {"option": odd}).status_code == 200
    assert alice.post(space, {"principal": odd, "role": "reader"}).status_code == 400
    assert alice.post(space, {"principal": town.bob.principal.pk, "mask": odd}).status_code == 400
    assert owner.post(f"{group}remove/", {"user": odd}).status_code == 404
    phone = device(town.alice)
    assert phone("REPORT", "/remote.php/dav/files/alice/", REPORT.format(odd)).status in {207, 400}
    assert phone.put("/remote.php/dav/files/alice/a.txt", b"a", OC_Total_Length=odd).status in {201, 204, 400, 507}
