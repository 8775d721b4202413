# What there is to do. `make` alone lists it.

# As cargo itself has it; .ci/run by itself builds outside of the clone.
export CARGO_TARGET_DIR ?= $(CURDIR)/target

.PHONY: help run load drill test lint build dist bench latency invoke deploy

help:
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

run: ## Serve every endpoint on this machine
	cargo run

load: ## Load the local server
	tests/load/run

drill: ## Lose and restore a group, a game and the whole table
	tests/restore/run

test: ## Run the tests
	.ci/run test

lint: ## Check format, code, documentation and template
	.ci/run lint

build: ## Build every function for its deployment; ARCHITECTURE=arm64 for the other one
	bundle/pack .aws-sam/build

dist: ## Make dist/guildhall-VERSION-ARCHITECTURE.zip, from which Guildhall is deployed without Rust
	bundle/dist

bench: ## Measure the deployed binaries, and write docs/performance.md
	cargo build --workspace --bin bench
	$(CARGO_TARGET_DIR)/debug/bench --write docs/performance.md

# Its DynamoDB has to be as quick as it is said to be, so it is optimised.
latency: ## Measure, as root, what a player waits for with each size of memory, and write docs/performance.md
	cargo build --profile ci --workspace --bin bench
	$(CARGO_TARGET_DIR)/ci/bench --latency --write docs/performance.md

invoke: ## Answer the sample events in Lambda's container image, in Docker; FUNCTION=create-group for some only
	tests/artefact/run-sam-local $(FUNCTION)

deploy: ## Deploy what was built, which shows what it changes and waits for a yes
	sam deploy
