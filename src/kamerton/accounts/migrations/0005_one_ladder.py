from django.db import migrations


class Migration(migrations.Migration):
    """The criteria of the ladder are answers of its assessments; ticks beside them are gone."""

    dependencies = [("accounts", "0004_index_of_present_contacts")]

    operations = [migrations.RemoveField(model_name="contact", name="ladder_met")]
