# Every target installs by itself what it needs and is missing, and says what it installs.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build windows windows-setup windows-msi dist dist-linux dist-server dist-windows dist-page dist-sums test-dist test-packages run test test-slow test-relay test-updates test-deploy test-upgrade test-windows test-page check measure soak soak-outbox bench bench-micro bench-transports assets

# FyneApp.toml has the number; the commit is added where git knows it.
VERSION := $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)$(shell git describe --always --exclude '*' --dirty=.dirty 2>/dev/null | sed 's/^/+/')
NUMBERS := $(shell sed -n 's/^Version = "\(.*\)"/\1.0/p' FyneApp.toml)
NUMBER := $(NUMBERS:.0=)
# When the files of a release were made, as they say themselves: so two builds of a commit are equal.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || stat -c %Y FyneApp.toml)
TAGS := -tags migrated_fynedo
# The stamp is ours, so that a build from an archive, without git, works as well.
# UPDATE_KEYS= are the public keys, with a comma between two, of which each may sign versions for the app to update to
# ("jumun-server release keygen"). Without any it does not update itself.
APP_FLAGS := -X main.version=$(VERSION) -X jumun/desktop/internal/update.publicKeys=$(UPDATE_KEYS)
BUILD := go build -trimpath -buildvcs=false -ldflags "$(APP_FLAGS)"
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
# What looks for obstacles on a page, by the npm registry's name, and the SHA-256 of its archive.
AXE := 4.14.1 e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
BENCHSTAT := golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da

# What compiles for Windows and macOS without a C compiler for them; Fyne and the macOS tray need one.
WITHOUT_C := ./shared/... ./assets/... ./server ./server/internal/... \
	$(patsubst %,./desktop/internal/%/...,alarm client diagnostics i18n ipc orders platform player settings supervisor update wait)

# What of it runs on a store's PC.
ON_WINDOWS := $(shell cat desktop/e2e/windows/packages)

# To compile the desktop app for X11 and Wayland, with sound.
BUILD_NEEDS := gcc libc6-dev pkg-config libgl-dev libegl-dev libx11-dev libxcursor-dev libxrandr-dev \
	libxinerama-dev libxi-dev libxxf86vm-dev libwayland-dev libxkbcommon-dev libasound2-dev
# To stand in for a display: screen, OpenGL in software, window manager, session bus,
# tray, notifications, and a hand for the mouse and keyboard. No Korean font: the app
# brings its own, and one in the system would hide that it did not.
STAGE_NEEDS := xvfb libgl1-mesa-dri openbox dbus xfce4-panel dunst xdotool
# To test: the stage, several monitors, a real Redis with its command line, windows to type into, and a sound
# server that can be muted.
TEST_NEEDS := $(STAGE_NEEDS) xserver-xorg-core xserver-xorg-video-dummy redis-server redis-tools xterm pulseaudio
# To test the relay: what shops keep their orders in.
DATABASE_NEEDS := postgresql mariadb-server redis-server
# To compile the desktop app for Windows.
WINDOWS_NEEDS := gcc-mingw-w64-x86-64
# To run it, and to make a Korean Windows of wine.
WINE_NEEDS := wine wine64 locales xvfb libgl1-mesa-dri xdotool redis-server redis-tools
# To try what operators deploy.
DEPLOY_NEEDS := prometheus nginx-light haproxy caddy redis-server redis-tools python3-redis php-cli php-redis
# To let a browser play the page into a sound server.
PAGE_NEEDS := chromium pulseaudio pulseaudio-utils redis-server redis-tools nginx-light libnss3-tools zbar-tools kotlin libjackson2-databind-java
# To make the sounds, the font and the icons again.
ASSET_NEEDS := espeak-ng sox rubberband-cli ffmpeg libharfbuzz-bin fonts-nanum python3-fonttools python3-brotli librsvg2-bin imagemagick icoutils icnsutils

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: .go ## build/jumun-server and build/jumun
	@.ci/install $(BUILD_NEEDS)
	@[ -e build/jumun ] || echo "compiling the server and the app, with its windows and its sound: the first time takes some minutes"
	CGO_ENABLED=0 $(BUILD) -o build/jumun-server ./server
	$(BUILD) $(TAGS) -o build/jumun ./desktop

windows: .go ## build/windows/jumun.exe, and jumun.com for consoles; the first time takes ten minutes
	@.ci/install $(WINDOWS_NEEDS)
	desktop/packaging/windows/resources $(VERSION) jumun.exe desktop/rsrc_windows_amd64.syso
	GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc go build -trimpath -buildvcs=false $(TAGS) \
		-ldflags "$(APP_FLAGS) -s -w -H windowsgui" -o build/windows/jumun.exe ./desktop
	desktop/packaging/windows/resources $(VERSION) jumun.com build/windows/console.o
	x86_64-w64-mingw32-gcc -municode -Os -s -Wall -Wextra -o build/windows/jumun.com desktop/packaging/windows/console.c build/windows/console.o
	@rm build/windows/console.o

windows-setup: windows ## build/windows/jumun-setup.exe, for one user; SIGN= is a command that signs a file
	@.ci/install nsis
	makensis -V2 -WX -INPUTCHARSET UTF8 -DVERSION=$(VERSION) -DNUMBERS=$(NUMBERS) -DFILES=$(CURDIR)/build/windows -DLICENSE=$(CURDIR)/LICENSE \
		-DICON=$(CURDIR)/assets/icons/app.ico -DOUT=$(CURDIR)/build/windows/jumun-setup.exe $(if $(SIGN),-DSIGN="$(SIGN)") desktop/packaging/windows/setup.nsi

windows-msi: windows ## build/windows/jumun.msi, for all users of a PC, by group policy or Intune; SIGN= as above
	@.ci/install wixl msitools
	desktop/packaging/windows/msi $(VERSION) $(NUMBERS) build/windows build/windows/jumun.msi
	$(if $(SIGN),$(SIGN) build/windows/jumun.msi)

# What is released, below build/dist. It names no commit: a version is built once.
RELEASE := go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(NUMBER) -X jumun/desktop/internal/update.publicKeys=$(UPDATE_KEYS)"
DIST := build/dist
PACKAGE := DIST=$(DIST) VERSION=$(NUMBER) .ci/package
SERVER_ARCHS := amd64 arm64

dist: dist-linux dist-server dist-windows dist-page dist-sums ## all that is released, below build/dist; half an hour the first time

dist-linux: .go ## the app as deb and rpm
	@.ci/install $(BUILD_NEEDS) librsvg2-bin
	$(RELEASE) $(TAGS) -o build/release/jumun ./desktop
	desktop/packaging/linux/stage $(NUMBER)
	ARCH=amd64 $(PACKAGE) desktop/packaging/linux/nfpm.yaml desktop/packaging/linux/jumun.1

dist-server: .go ## the server as deb, rpm and container image, each for amd64 and arm64, and its Helm chart
	@.ci/install ca-certificates libdeflate-tools
	@mkdir -p $(DIST)
	server/deploy/packages/chart $(NUMBER) $(DIST)/jumun-server-$(NUMBER).tgz
	for arch in $(SERVER_ARCHS); do set -e; \
		CGO_ENABLED=0 GOARCH=$$arch $(RELEASE) -o build/release/jumun-server-$$arch ./server; \
		ARCH=$$arch $(PACKAGE) server/deploy/packages/nfpm.yaml server/deploy/packages/jumun-server.8; \
		server/deploy/image/build $(NUMBER) $$arch build/release/jumun-server-$$arch $(DIST)/jumun-server-$(NUMBER)-image-$$arch.tar; \
	done

# Unsigned files say so in their names.
UNSIGNED := $(if $(SIGN),,-unsigned)
dist-windows: windows-setup windows-msi ## the app's setup and MSI; SIGN= is a command that signs a file
	@mkdir -p build/dist
	cp build/windows/jumun-setup.exe build/dist/jumun-setup-$(NUMBER)$(UNSIGNED).exe
	cp build/windows/jumun.msi build/dist/jumun-$(NUMBER)$(UNSIGNED).msi

dist-page: .go ## jumun.js, for pages that a shop serves itself
	@mkdir -p $(DIST)
	go run ./server/internal/web/module >$(DIST)/jumun-$(NUMBER).js

dist-sums: .go ## SBOMs and checksums of what is there; MINISIGN= is the secret key that signs the checksums
	.ci/sums $(NUMBER)

run: build ## try it out: a server, the app and a pretend shop; rings within a minute
	@[ -n "$${DISPLAY:-}" ] || .ci/install $(STAGE_NEEDS)
	@go build -buildvcs=false -o build/demo ./desktop/e2e/cmd/demo
	@exec build/demo

# What waits for networks, processes or people that do not answer: half a minute and more each; the last one reads each stream in real time.
SLOW := ^Test(TheReasonForRedIs|ANetworkThatFlaps|ARelayThatHoldsBack|AWindowProcessThatHangs|ASoundProcessThatHangs|AConfirmationIsSentUntil|AStreamIsTheSameWhicheverWay|AReleaseKeyThatIsEncrypted|AServerThatIsKilledAtAnyMoment)

# Most tests wait for something, so three packages at once use two cores well.
test: .go ## the tests on real parts, in a quarter of an hour: Redis, a screen, a sound device
	@.ci/install $(BUILD_NEEDS) $(TEST_NEEDS)
	@.ci/rules $(TAGS)
	go test $(TAGS) -p 3 -timeout 15m -skip '$(SLOW)' ./...

test-slow: .go ## the tests that make test leaves out; make check runs all
	@.ci/install $(BUILD_NEEDS) $(TEST_NEEDS)
	go test $(TAGS) -timeout 15m -run '$(SLOW)' ./desktop/e2e ./server

test-updates: .go ## the app replaces itself, with real programs, good and bad ones: six minutes
	@.ci/install $(BUILD_NEEDS) $(TEST_NEEDS)
	JUMUN_TEST_UPDATES=1 go test $(TAGS) -count=1 -timeout 15m ./desktop/e2e/updates

test-relay: .go ## the tests of the outbox relay, on PostgreSQL and MariaDB, which make test leaves out
	@.ci/install $(DATABASE_NEEDS)
	JUMUN_TEST_DATABASES=1 go test -count=1 -timeout 10m ./server/sqltest ./server/internal/relay
	JUMUN_TEST_DATABASES=1 go test $(TAGS) -count=1 -timeout 5m -run AShopCommits ./desktop/e2e/cmd/soak

test-deploy: .go ## what make test cannot: alerts by promtool, the samples of proxies with real servers, the chart, examples in other languages; the first time takes ten minutes
	@.ci/install $(DEPLOY_NEEDS)
	@command -v npm >/dev/null || .ci/install nodejs npm
	promtool check rules server/deploy/alerts.yml
	cd server/deploy && promtool test rules alerts_test.yml
	JUMUN_TEST_DEPLOY=1 go test $(TAGS) -count=1 -timeout 15m -v ./server/deploy

# Servers as old as this one may share a Redis with this tree's: after a release, the version before it.
OLDER ?= 3a7a50932ae852f19700460154e54b07de088f6e
test-upgrade: .go ## an older server and this one on one Redis, and back again; OLDER= is a commit or tag
	@.ci/install redis-server redis-tools git
	JUMUN_TEST_UPGRADE=$(OLDER) go test -count=1 -timeout 10m -v -run ServersOfTwoVersions ./server

test-windows: windows-setup windows-msi ## what make test cannot: the tests of what needs no C compiler, and the program itself, on wine
	@.ci/install $(WINE_NEEDS)
	@desktop/e2e/windows/prefix
	WINDOWS_LANG=C.UTF-8 GOOS=windows CGO_ENABLED=0 go test $(TAGS) -exec $(CURDIR)/desktop/e2e/windows/run -timeout 15m $(ON_WINDOWS)
	JUMUN_TEST_WINDOWS=1 go test $(TAGS) -count=1 -timeout 30m ./desktop/e2e/windows

test-page: .go ## what make test cannot: the page and jumun.js in a real Chromium, with sound
	@.ci/install $(PAGE_NEEDS)
	@.ci/axe $(AXE) build/axe.min.js
	JUMUN_TEST_PAGE=1 JUMUN_TEST_AXE=$(CURDIR)/build/axe.min.js go test $(TAGS) -count=1 -timeout 15m ./server/internal/web/e2e

test-dist: .go ## make dist twice, from nothing the second time, and compare to the byte: half an hour
	@.ci/install msitools
	.ci/twice

# To start compose.yaml: what Debian's Docker engine runs by, and what stands in for the other images.
ENGINE_NEEDS := docker-compose curl iproute2 iptables redis-server caddy
# What is downloaded is said by desktop/e2e/packages/run and compose.
test-packages: .go ## the debs and rpms in a bare Debian 12 that boots systemd: installed, paired, rung, upgraded, purged; the image by podman, compose.yaml by Docker; needs root
	@.ci/install debootstrap systemd-container lintian rpm desktop-file-utils appstream binutils podman runc $(ENGINE_NEEDS)
	@rm -rf build/test/old build/test/new
	$(MAKE) dist-linux dist-server SERVER_ARCHS=amd64 NUMBER=99.0.0 DIST=build/test/new
	$(MAKE) dist-linux dist-server SERVER_ARCHS=amd64 DIST=build/test/old
	desktop/e2e/packages/examine build/test/old
	desktop/e2e/packages/image build/test/old/jumun-server-$(NUMBER)-image-amd64.tar $(NUMBER)
	desktop/e2e/packages/compose build/test/old/jumun-server-$(NUMBER)-image-amd64.tar $(NUMBER)
	desktop/e2e/packages/run build/test/old build/test/new

check: .go ## gofmt, the rules of the tree, vet for three systems, staticcheck, known vulnerabilities, and every test under the race detector
	@.ci/install $(BUILD_NEEDS) $(TEST_NEEDS) $(DATABASE_NEEDS)
	@unformatted=$$(gofmt -l assets desktop server shared); [ -z "$$unformatted" ] || { echo "run gofmt -w on:" $$unformatted; exit 1; }
	@.ci/rules $(TAGS)
	go vet $(TAGS) ./...
	@for system in windows darwin; do echo "go vet for $$system, what needs no C compiler there"; \
		GOOS=$$system CGO_ENABLED=0 go vet $(TAGS) $(WITHOUT_C) || exit 1; done
	GOOS=windows CGO_ENABLED=0 go vet $(TAGS) ./desktop/internal/agent ./desktop/internal/tray/... ./desktop/e2e/windows/probe ./desktop/e2e/windows/runner
	GOBIN=$(CURDIR)/build go install $(STATICCHECK)
	build/staticcheck $(TAGS) ./...
	GOOS=windows CGO_ENABLED=0 build/staticcheck $(TAGS) $(ON_WINDOWS)
	@bash .ci/vulnerabilities $(GOVULNCHECK) $(TAGS)
	JUMUN_TEST_DATABASES=1 go test $(TAGS) -race -timeout 30m ./...
	@$(MAKE) --no-print-directory test-page

measure: build ## how long an order takes to be heard and seen, and what the app costs while idle
	@.ci/install $(TEST_NEEDS)
	@go build -buildvcs=false -o build/latency ./desktop/e2e/cmd/latency
	@go build $(TAGS) -buildvcs=false -o build/hidden ./desktop/e2e/cmd/latency/hidden
	@build/latency

soak: .go ## four minutes in which everything goes wrong, and the proof that no order was lost or rang twice; SEED=, FOR=
	@.ci/install redis-server
	CGO_ENABLED=0 $(BUILD) -o build/jumun-server ./server
	@go build -buildvcs=false -o build/soak ./desktop/e2e/cmd/soak
	@build/soak $(if $(SEED),--seed $(SEED)) $(if $(FOR),--for $(FOR))

soak-outbox: .go ## ten minutes of it, for 100,000 orders that a shop commits into PostgreSQL while shop and relays are killed, too
	@.ci/install $(DATABASE_NEEDS)
	CGO_ENABLED=0 $(BUILD) -o build/jumun-server ./server
	@go build -buildvcs=false -o build/soak ./desktop/e2e/cmd/soak
	@build/soak --rate 20 --outbox 240 --for $(or $(FOR),9m) $(if $(SEED),--seed $(SEED))

bench: .go ## streams and orders beside a bare loop (floor) and nginx with Nchan; ARGS="--systems floor,jumun --sizes 15000 --runs 1"
	@.ci/install redis-server libnginx-mod-nchan nginx-light
	CGO_ENABLED=0 $(BUILD) -o build/jumun-server ./server
	@go build -buildvcs=false -o build/bench ./server/bench
	@build/bench $(ARGS)

# What every order, or every stream, passes through on a pod. Six runs are the fewest of
# which benchstat says how sure it is.
HOT := go test -run '^$$' -bench '^Benchmark($(or $(FUNCS),Deliver|EventFrame|ParsePublication|PublishToParked|Check|Require|ParseMessage|ParseID|Compare|Line))$$' \
	-count 6 -benchmem -benchtime $(or $(FOR),100ms) \
	./server/internal/... ./shared/order ./shared/wire

bench-micro: .go ## what the hot functions cost, in time and memory, beside an older commit if asked; BASE=HEAD, FUNCS="Deliver|Check", FOR=1s
	@.ci/install redis-server
	@set -e; out=$$(mktemp -d); trap 'git worktree remove --force $$out/base 2>/dev/null || :; rm -rf $$out' EXIT; \
	run() { echo "measuring $$1" >&2; $(HOT) >"$$out/$$1.txt" || { cat "$$out/$$1.txt" >&2; exit 1; }; }; \
	if [ -n "$(BASE)" ]; then \
		git worktree add --quiet --detach $$out/base "$(BASE)"; \
		(cd $$out/base && run before); \
	fi; \
	run now; \
	(cd $$out && go run $(BENCHSTAT) $$(ls before.txt now.txt 2>/dev/null))

bench-transports: .go ## six minutes: polling, long polling, WebSocket and server-sent events side by side; ARGS="--devices 500"
	@.ci/install redis-server
	CGO_ENABLED=0 $(BUILD) -o build/jumun-server ./server
	@go build -buildvcs=false -o build/transports ./server/bench/transports
	@build/transports $(ARGS)

assets: ## make the sounds, the font and the icons again, from their sources
	@.ci/install $(ASSET_NEEDS)
	@for make in assets/*/make.sh; do echo "$$make"; bash "$$make" || exit 1; done

.PHONY: .go
.go:
	@command -v go >/dev/null || { echo "Go is not installed: get Go $$(awk '$$1 == "go" { print $$2 }' go.mod) or newer from https://go.dev/dl" >&2; exit 1; }
