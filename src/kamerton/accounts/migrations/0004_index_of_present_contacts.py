from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_words_to_search_for'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('erased_at__isnull', True), ('is_found', True), ('left_on__isnull', True)), fields=['account', 'id'], name='accounts_contact_present'),
        ),
    ]
