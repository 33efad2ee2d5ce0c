import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.embedded.kafka.jars import read_list

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
    return services


def test_the_file_is_valid_by_the_compose_specification() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_is_unprivileged_read_only_and_watched(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert not service["user"].startswith("0")
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["healthcheck"]["test"]


def test_nothing_is_reachable_from_outside_the_machine(services: dict[str, dict[str, Any]]) -> None:
    ports = [port for service in services.values() for port in service["ports"]]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_images_are_the_versions_that_run_embedded(services: dict[str, dict[str, Any]]) -> None:
    kafka = next(jar.version for jar in read_list() if jar.artifact == "kafka_2.13")
    assert services["kafka"]["image"] == f"apache/kafka:{kafka}"
    assert services["postgres"]["image"].startswith("postgres:18.")


def test_no_password_is_written_down(services: dict[str, dict[str, Any]]) -> None:
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
