"""Addresses that an administrator gave count as confirmed; one that two people share counts for nobody."""

from collections import Counter

from django.db import migrations


def confirm(apps, schema_editor):
    user_model = apps.get_model("access", "User")
    address_model = apps.get_model("account", "EmailAddress")
    people = list(user_model.objects.exclude(email=""))
    shared = Counter(user.email.lower() for user in people)
    known = set(address_model.objects.values_list("user_id", flat=True))
    address_model.objects.bulk_create(
        address_model(user_id=user.pk, email=user.email.lower(), verified=True, primary=True)
        for user in people
        if shared[user.email.lower()] == 1 and user.pk not in known
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_invitation"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(confirm, migrations.RunPython.noop)]
