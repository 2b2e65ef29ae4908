from django.db import models


class Signature(models.Model):
    """How one person's answers end for one brand. No row: without one."""

    agent = models.ForeignKey("accounts.Agent", models.CASCADE, related_name="+")
    brand = models.ForeignKey("inboxes.Brand", models.CASCADE, related_name="+")
    text = models.TextField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "brand"], name="one_signature_a_brand")]

    def __str__(self):
        return f"signature {self.pk}"
