from django.db import migrations

from accounts.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [("dataset", "0003_the_way_in")]

    operations = [*append_only_operations("dataset_publication")]
