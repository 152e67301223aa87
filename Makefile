# Every target calls a script of scripts/, which can be run by hand as well.
.DEFAULT_GOAL := help
.PHONY: help demo build test bench study format lint image kubernetes golden

help:  ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s%s\n", $$1, $$2}' Makefile

demo:  ## Build the server and show what it does to the answers of a real model
	scripts/install-dependencies build
	scripts/demo

build:  ## Build build/release/bin/calibrd and build/release/bin/calibctl
	scripts/install-dependencies build
	scripts/build release calibrd calibctl

test:  ## Build everything and run every test
	scripts/install-dependencies build test
	scripts/test release

bench:  ## Build and run the benchmarks
	scripts/install-dependencies build
	scripts/bench

study:  ## Measure every method on recorded rows, and write the tables of docs/methods.md
	scripts/install-dependencies build test
	scripts/study

format:  ## Format the sources
	scripts/install-dependencies lint
	scripts/format

lint:  ## Check formatting, clang-tidy, the contract and the scripts
	scripts/install-dependencies build lint
	scripts/lint

image:  ## Build the container image and call it
	scripts/install-dependencies image
	scripts/image
	tests/image/test_image

kubernetes:  ## Check the manifests of deploy/kubernetes
	scripts/install-dependencies kubernetes
	scripts/check-kubernetes

golden:  ## Write the golden files anew after a change that is meant
	scripts/install-dependencies build test
	scripts/update-golden
