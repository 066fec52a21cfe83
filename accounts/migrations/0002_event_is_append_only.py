from django.db import migrations

from accounts.append_only import append_only_operations


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = append_only_operations("accounts_event")
