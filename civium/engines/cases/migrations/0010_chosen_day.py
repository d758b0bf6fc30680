from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_payments_decide_and_mentions"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="chosen_on",
            field=models.DateField(
                blank=True,
                help_text="The day that the applicant chose, where the document ties a step to it.",
                null=True,
            ),
        ),
    ]
