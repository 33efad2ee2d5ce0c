# 协同(Xietong)的构建入口。只需要 python3 ≥ 3.11、make 和网络;不需要 Java、Docker、Node 或 PostgreSQL。
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install --quiet --progress-bar off --require-hashes
KAFKA_VERSION ?= 4.3.1
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-once dev test lint schemas conformance chaos bench lock prepare clean

help:
	@printf '%s\n' \
	  '协同(Xietong):学校周边各部门的事件总线' '' \
	  '  make setup      安装运行环境到 .venv(首次约半分钟到 3 分钟)' \
	  '  make demo       启动演示:Kafka、PostgreSQL、六个部门、路由、时钟;Ctrl-C 结束' \
	  '  make demo-once  跑完一遍演示故事,核对结果后自行退出' \
	  '  make test       静态检查与全部测试(会安装开发依赖)' \
	  '  make lint       只做静态检查:ruff、mypy、导入规则' \
	  '  make schemas    重新生成 JSON Schema 与 AsyncAPI 文档' \
	  '  make conformance 两种运行方式(Faust、aiokafka)在同样故障下的一致性测试' \
	  '  make chaos      故障演练:负载下逐个 kill -9,之后由独立审计核对(KILLS= 轮数 RATE= 每秒事件 SECONDS= 间隔)' \
	  '  make bench      判定与时钟的成本随规则、单位、在办期限增长的斜率(MANDATES= UNITS= DUTIES= 可改规模)' \
	  '  make lock       重新锁定依赖:requirements*.txt 与 infra/embedded/kafka.sha256(需要 uv)' \
	  '  make clean      删除 .venv 与 .xietong(演示数据和下载缓存)'

setup: .venv/.runtime

dev: .venv/.dev

demo: setup
	@$(BIN)/xietong demo

demo-once: setup
	@$(BIN)/xietong demo --once

test: lint prepare
	@$(BIN)/python -m tests

lint: dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config tests/architecture/importlinter.toml

schemas: dev
	@$(BIN)/python -m contracts.schemas
	@$(BIN)/python -m topics.asyncapi

chaos: dev prepare
	@$(BIN)/python -m tests.chaos

# Faust 与 aiokafka 两种运行方式,同样的故障,同样的断言
conformance: dev prepare
	@$(BIN)/python -m pytest -m slow tests/conformance

bench: dev prepare
	@$(BIN)/python -m tests.benchmarks

# 下载 Kafka 并生成它的启动缓存(只在第一次)
prepare: dev
	@$(BIN)/python -m infra.embedded.prepare

lock: .venv/.runtime
	@command -v uv >/dev/null || { echo '需要 uv 才能重新锁定依赖'; exit 1; }
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --extra build pyproject.toml -o requirements.txt
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --extra build --extra dev pyproject.toml -o requirements-dev.txt
	$(BIN)/python -m infra.embedded.kafka.pin $(KAFKA_VERSION)

clean:
	rm -rf .venv .xietong

.venv/.made:
	@command -v $(PYTHON) >/dev/null || { echo '没有找到 $(PYTHON):请先安装 Python 3.11 或更新版本'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "需要 Python 3.11 或更新版本,现在是 $$($(PYTHON) --version)"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo '不能建立 .venv:Debian/Ubuntu 请先安装 python3-venv'; rm -rf .venv; exit 1; }
	@touch $@

.venv/.runtime: .venv/.made requirements.txt pyproject.toml
	@echo '安装运行依赖:约 80 个包,下载约 80 MB(其中 Java 运行时与 PostgreSQL 约 60 MB),首次约半分钟到 3 分钟 …'
	@$(INSTALL) -r requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@
	@echo '运行环境已就绪'

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo '安装开发依赖:约 40 个包,下载约 150 MB …'
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
