"""A PostgreSQL that can be stopped and started again on the same data."""

import subprocess

from bench import cluster as clusters


class Server:
    def __init__(self, cluster: clusters.Cluster):
        self.cluster = cluster

    @property
    def address(self) -> str:
        return self.cluster.address("postgres")

    def stop(self):
        self.cluster.stop()

    def start(self):
        """Return when it answers. RuntimeError when it does not."""
        directory = self.cluster.directory
        command = [clusters.program("postgres"), "-D", directory / "data", "-k", directory]
        with (directory / "log").open("ab") as log:
            process = subprocess.Popen(
                [*clusters.bound_to_us("INT"), *command, *clusters._settings(durable=False)],
                cwd=directory,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **clusters._account(),
            )
        self.cluster = clusters.Cluster(directory, process)
        clusters._wait_until_open(self.cluster)
