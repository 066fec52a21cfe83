from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dataset', '0008_staged_upload_attempts'),
    ]

    operations = [
        migrations.AddField(
            model_name='restatement',
            name='left_versions',
            field=models.JSONField(blank=True, default=dict, help_text='By quarter: the version that it leaves as it stands'),
        ),
    ]
