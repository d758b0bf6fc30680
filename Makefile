# Every habit of the house. `make` alone lists them. The work is in setup/ (Python's standard library only).
.DEFAULT_GOAL := help
.PHONY: help run install test try check bench demo-reset messages lock sbom advisories clean

help:  ## List every habit
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run:  ## Set everything up and serve the demo town on http://localhost:8000 (PORT=8080 make run: another port)
	@setup/start run

install:  ## Install for a real site: no demo town, nothing is started (docs/runbooks/go-live.md)
	@setup/start install

test:  ## Everything: format, lint, types, contracts, tests on SQLite and PostgreSQL, a real browser
	@setup/start test

try:  ## Some tests alone, on PostgreSQL and on SQLite: make try TESTS=civium/engines/cases
	@setup/start try $(TESTS)

check:  ## The fast half: format, lint, types, contracts, migrations, service documents
	@setup/start check

bench:  ## Measure against the smallest possible Django views; writes build/bench.json
	@setup/start bench

demo-reset:  ## Throw the demo town's people and cases away; the next start makes them anew
	@setup/start demo-reset

messages:  ## Collect the words to translate into civium/locale
	@setup/start messages

lock:  ## Choose newer packages within pyproject.toml's bounds and write requirements/*.txt
	@setup/start lock

sbom:  ## Write the bill of materials (CycloneDX, from the hashed locks) to build/sbom.json
	@setup/start sbom

advisories:  ## Which of our packages have known defects, by a copy of the OSV data base: make advisories FROM=folder
	@setup/start advisories $(FROM)

clean:  ## Remove what was built and installed (keeps data/ and .keys/)
	@setup/start clean
