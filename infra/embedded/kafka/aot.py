"""The ahead-of-time cache of the JVM: a broker then starts in 1.2 s instead of 3, with less than half the work.

It is made by one throw-away run (12 s) and is bound to the JVM and the exact class path; for any other it is ignored.
"""

import shutil
from collections.abc import Callable

from infra.embedded.kafka.cluster import KafkaCluster
from infra.embedded.kafka.jars import Jars
from infra.embedded.lock import hold
from infra.embedded.records import Records

_PATIENCE = 120.0  # the cache is written while the JVM stops


async def train(jars: Jars, progress: Callable[[str], None]) -> None:
    """Makes the cache if it is missing. It lies beside the jars, so that it goes when they go.

    :raises EmbeddedError: another process is making it, or the broker did not start.
    """
    cache = jars.folder.parent
    with hold(cache / "training.lock"):
        if not jars.start_cache.exists():
            progress("为 Kafka 生成启动缓存（约 15 秒，只在第一次）")
            await _throw_away_run(jars)


async def _throw_away_run(jars: Jars) -> None:
    root = jars.folder.parent / "training"
    half = jars.start_cache.with_suffix(".half")
    shutil.rmtree(root, ignore_errors=True)
    flags = (f"-XX:AOTCacheOutput={half}",)
    kafka = KafkaCluster(root, jars, brokers=1, records=Records(root / "run"), flags=flags, patience=_PATIENCE)
    try:
        await kafka.start()
    finally:
        await kafka.stop()
    half.replace(jars.start_cache)
    shutil.rmtree(root)
