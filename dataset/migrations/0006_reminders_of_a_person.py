import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dataset", "0005_how_files_were_read_and_answers_carried"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("reminder", "reminded_once_of_each_kind"),
        migrations.RemoveField("reminder", "people"),
        migrations.AddField(
            "reminder",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            "reminder",
            models.UniqueConstraint(
                fields=["kind", "return_type", "supplier", "quarter_ordinal", "person"],
                name="reminded_once_of_each_kind",
            ),
        ),
    ]
