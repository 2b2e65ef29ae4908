from django.db import models


class Searchable(models.Model):
    """The folded words of one thing that can be found. The full-text index of the database hangs on it.

    `lemmas`: base forms of every word („paczce" → paczka), `surface`: the words as written; both folded.
    Sight is not copied here: readers join the conversation.
    """

    kind = models.CharField(max_length=16)
    ref_id = models.BigIntegerField()
    conversation_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    lemmas = models.TextField()
    surface = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref_id"], name="searchable_once")]
        indexes = [models.Index(fields=["conversation_id"], name="searchable_conversation")]

    def __str__(self):
        return f"{self.kind}/{self.ref_id}"
