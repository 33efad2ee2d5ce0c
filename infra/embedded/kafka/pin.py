"""`python -m infra.embedded.kafka.pin 4.3.1`: resolves that version of the broker anew and writes the list with its check sums.

The `!` keeps the second coordinate's own dependency management out of the resolution: with it, the resolver silently takes
an older kafka-clients than the broker's, which then fails at start.
"""

import hashlib
import shutil
import sys
from pathlib import Path

from jgo.maven import MavenContext

from infra.embedded import default_root
from infra.embedded.kafka.download import trusting_the_machine
from infra.embedded.kafka.jars import LIST

_LOG4J = "2.24.3"


def pin(version: str, download: Path) -> str:
    """The text of the list, sorted by name. The jars are fetched into `download`."""
    context = MavenContext(repo_cache=download, timeout=60)
    wanted = (f"org.apache.kafka:kafka_2.13:{version}", f"org.apache.logging.log4j:log4j-slf4j-impl:{_LOG4J}!")
    inputs, others = context.resolver.resolve([context.create_dependency(each) for each in wanted])
    artifacts = [each.artifact for each in (*inputs, *others) if each.scope in (None, "compile", "runtime")]
    rows = {f"{each.groupId}:{each.artifactId}:{each.version}": hashlib.sha256(each.resolve().read_bytes()) for each in artifacts}
    return "".join(f"{name} {rows[name].hexdigest()}\n" for name in sorted(rows))


def main() -> None:
    download = default_root() / "cache" / "pin"
    with trusting_the_machine():
        LIST.write_text(pin(sys.argv[1], download))
    shutil.rmtree(download)


if __name__ == "__main__":
    main()
