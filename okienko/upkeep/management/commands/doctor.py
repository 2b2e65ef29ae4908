from django.core.management.base import BaseCommand

from okienko.upkeep.doctor import examine


class Command(BaseCommand):
    help = "Look at everything this installation needs and say in words what is wrong. Ends with 1 when something is."
    requires_system_checks = []

    def handle(self, **options):
        findings = []
        for finding in examine():
            findings.append(finding)
            mark = "well " if finding.is_well else "WRONG"
            self.stdout.write(f"{mark}  {finding.examined}: {finding.words}")
            if finding.remedy:
                self.stdout.write(f"       → {finding.remedy}")
        if not all(finding.is_well for finding in findings):
            raise SystemExit(1)
