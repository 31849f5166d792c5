# Phoenix. `make help` lists what can be made.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
DIST := target/phoenix

# The JDK: $JAVA_HOME if it is new enough, else the newest below /usr/lib/jvm that is.
JDK := $(shell .ci/find-jdk)
MVN := JAVA_HOME="$(JDK)" mvn -B -ntp

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.PHONY: jdk
jdk:
	@if [ -z "$(JDK)" ]; then \
	  echo "Phoenix needs JDK 25 or newer: install it (for example: apt install openjdk-25-jdk-headless) or set JAVA_HOME" >&2; \
	  exit 1; \
	fi

.PHONY: build
build: jdk ## Build the distribution in target/phoenix
	rm -rf controller/cli/target/lib
	$(MVN) -q -DskipTests -Dspotless.check.skip=true -pl controller/cli -am package
	.ci/assemble "$(JDK)" $(DIST)

$(DIST)/bin/phoenixctl: $(shell find api controller -path '*/src/main/*' -type f 2>/dev/null) pom.xml $(wildcard */pom.xml */*/pom.xml)
	@$(MAKE) --no-print-directory build

.PHONY: demo
demo: jdk $(DIST)/bin/phoenixctl ## Apply resources/ to a simulated host, twice
	@.ci/demo $(DIST)/bin/phoenixctl

.PHONY: test
test: jdk ## Run everything that needs no root
	$(MVN) verify

.PHONY: test-host
test-host: jdk ## Run what needs root: real pools, bridges and ssh, in namespaces of their own
	.ci/test-host

.PHONY: check
check: jdk ## Check format, compiler warnings and nullness, without tests
	$(MVN) -q -DskipTests verify

.PHONY: format
format: jdk ## Format the sources
	$(MVN) -q spotless:apply

.PHONY: simulate
simulate: jdk ## Run the simulation: SEEDS=2000 FIRST=1, on all processors or on CORES=1
	$(MVN) -q -DskipTests -Dspotless.check.skip=true -pl controller/proof -am install
	JAVA_HOME="$(JDK)" CORES="$(CORES)" .ci/simulate Simulate $(or $(SEEDS),2000) $(or $(FIRST),1)

INSTALL_PROOF = $(MVN) -q -DskipTests -Dspotless.check.skip=true -pl controller/proof -am install
.PHONY: crash
crash: jdk ## Let the controller die at every step of making, changing and deleting resources/
	$(INSTALL_PROOF)
	JAVA_HOME="$(JDK)" .ci/simulate CrashEverywhere resources

.PHONY: kills
kills: jdk ## Kill a real controller TIMES times while clients write
	$(INSTALL_PROOF)
	JAVA_HOME="$(JDK)" .ci/simulate Kills $(or $(TIMES),100)

.PHONY: mutants
mutants: jdk ## See whether the simulation finds seeded bugs
	$(INSTALL_PROOF)
	JAVA_HOME="$(JDK)" .ci/simulate Mutants 300

.PHONY: proof
proof: jdk ## Simulation, deaths, kills and seeded bugs; writes docs/proof.md
	$(INSTALL_PROOF)
	mkdir -p target
	JAVA_HOME="$(JDK)" CORES=1 .ci/simulate Simulate $(or $(SEEDS),2000) > target/one-core.txt || { cat target/one-core.txt; exit 1; }
	JAVA_HOME="$(JDK)" .ci/simulate Prove resources docs/proof.md $(or $(SEEDS),2000) $(or $(TIMES),100) target/one-core.txt

.PHONY: bench
bench: jdk $(DIST)/bin/phoenixctl ## Measure, and write target/bench/
	$(MVN) -q -DskipTests -Dspotless.check.skip=true -pl controller/proof -am install
	JAVA_HOME="$(JDK)" .ci/bench $(DIST)

MINUTES ?= 5
.PHONY: soak
soak: jdk $(DIST)/bin/phoenixctl ## Let 2,000 resources be edited and watched for MINUTES; nothing may grow; writes docs/endurance.md
	$(MVN) -q -DskipTests -Dspotless.check.skip=true -pl controller/proof -am install
	JAVA_HOME="$(JDK)" .ci/soak $(DIST) $(MINUTES) 2000 docs/endurance.md

SECONDS_EACH ?= 60
.PHONY: fuzz
fuzz: jdk ## Fuzz every parser and the API, a minute each
	.ci/fuzz "$(JDK)" $(SECONDS_EACH)

.PHONY: docs
docs: jdk ## Write docs/kinds, docs/schema, docs/crds, docs/proxmox-options.md and docs/claims.md anew
	$(MVN) -q -DskipTests -Dspotless.check.skip=true -pl controller/hosts -am install
	.ci/generate-docs "$(JDK)"
	"$(JDK)/bin/java" controller/proof/src/test/java/ai/thinkheads/phoenix/proof/Claims.java .

.PHONY: install
install: $(DIST)/bin/phoenixctl ## Install to PREFIX, /usr/local by default
	install -d "$(DESTDIR)$(PREFIX)/lib/phoenix" "$(DESTDIR)$(PREFIX)/bin"
	cp -R $(DIST)/. "$(DESTDIR)$(PREFIX)/lib/phoenix/"
	ln -sfn ../lib/phoenix/bin/phoenixctl "$(DESTDIR)$(PREFIX)/bin/phoenixctl"

.PHONY: clean
clean: jdk ## Remove what was built
	$(MVN) -q clean
	rm -rf target
