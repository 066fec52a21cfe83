from django.db import migrations

from accounts.append_only import append_only_operations

TABLES = ("dataset_population", "dataset_neighbourset", "dataset_benchmark", "dataset_target")


class Migration(migrations.Migration):
    dependencies = [("dataset", "0001_initial")]

    operations = [operation for table in TABLES for operation in append_only_operations(table)]
