"""Settings of the house: declared, stored when they differ, read once a request."""

import dataclasses

import pytest
from django import forms

from collab.accounts.plugin import plugin
from collab.registry import house, registry
from collab.registry.models import Stored
from collab.registry.plugin import Setting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    tried = dataclasses.replace(
        plugin,
        settings=(
            *plugin.settings,
            Setting("test.doors", "closed", forms.CharField),
        ),
    )
    monkeypatch.setattr(registry, "plugins", lambda: (tried,))
    house.declared.cache_clear()
    yield
    house.declared.cache_clear()


def test_a_default_is_not_stored():
    assert house.get("test.doors") == "closed"
    house.put("test.doors", "open")
    assert house.get("test.doors") == "open"
    house.put("test.doors", "closed")
    assert not Stored.objects.exists()
    assert house.get("test.doors") == "closed"


def test_a_setting_nobody_declared_is_a_mistake():
    with pytest.raises(KeyError):
        house.get("test.windows")


def test_all_are_read_at_once_and_once_a_request(client, django_assert_num_queries):
    house.forget()
    with django_assert_num_queries(1):
        assert house.get("test.doors") == house.get("test.doors") == "closed"
    Stored.objects.create(key="test.doors", value="open")
    client.get("/healthz")
    assert house.get("test.doors") == "open"
