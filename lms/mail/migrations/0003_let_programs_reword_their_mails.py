from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_bring_bounced_mail_to_the_backup_address'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=80)),
                ('template', models.CharField(max_length=60, verbose_name='kind')),
                ('language', models.CharField(choices=[('es', 'Español'), ('pt-br', 'Português'), ('en', 'English')], max_length=10, verbose_name='language')),
                ('subject', models.CharField(blank=True, max_length=150, verbose_name='subject')),
                ('text', models.TextField(blank=True, verbose_name='text')),
            ],
            options={
                'verbose_name': 'text of a mail',
                'verbose_name_plural': 'texts of mails',
                'constraints': [models.UniqueConstraint(fields=('scope', 'template', 'language'), name='one_wording_per_scope_kind_and_language'), models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), ('text', '')), models.Q(models.Q(('subject', ''), _negated=True), models.Q(('text', ''), _negated=True)), _connector='OR'), name='wording_has_both_parts')],
            },
        ),
    ]
