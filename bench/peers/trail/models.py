import pghistory
from django.db import models


@pghistory.track()
class Household(models.Model):
    number = models.TextField()
    area = models.TextField(db_index=True)
    poor_class = models.TextField(default="")

    class Meta:
        app_label = "trail"


@pghistory.track()
class Member(models.Model):
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    name = models.TextField()
    relation = models.TextField()
    sex = models.TextField()

    class Meta:
        app_label = "trail"


@pghistory.track()
class Survey(models.Model):
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    b1 = models.IntegerField()
    b2 = models.IntegerField()
    answers = models.JSONField()

    class Meta:
        app_label = "trail"


@pghistory.track()
class Classification(models.Model):
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    poor_class = models.TextField()
    decision = models.TextField()

    class Meta:
        app_label = "trail"
