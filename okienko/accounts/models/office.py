from django.db import models


class Office(models.Model):
    """What holds for everybody who works here: one row, made when first asked for."""

    requires_second_factor = models.BooleanField(default=False)

    def __str__(self):
        return "office"
