"""Accounts of figures that were taken before there was a room for accounts."""

from django.db import migrations
from django.utils import timezone


def know_accounts(apps, schema_editor):
    Snapshot = apps.get_model("portfolio", "Snapshot")
    Account = apps.get_model("accounts", "Account")
    newest = Snapshot.objects.filter(level="account").order_by("-ledger_version__number", "-as_of", "-created_at")
    snapshot = newest.only("pk").first()
    if snapshot is None:
        return
    now = timezone.now()
    figures = apps.get_model("portfolio", "AccountFigure").objects.filter(snapshot=snapshot)
    rows = figures.values_list("account", "name", "group")
    Account.objects.bulk_create(
        [
            Account(
                number=number, name=name, in_ledger=True, ledger_name=name, ledger_group=group, created_at=now,
                search_text=" ".join(f"{name} {number} {group}".casefold().split()),
            )
            for number, name, group in rows
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0001_initial"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunPython(know_accounts, migrations.RunPython.noop, elidable=True)]
