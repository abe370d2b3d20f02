#!/bin/sh
# After the files are there. Debian calls it as "configure [OLD VERSION]", RPM with the number of versions.
set -e

# The keys of the server: made once, and never written again.
keys=/etc/jumun/keys.json
if [ ! -e "$keys" ]; then
	(umask 077 && jumun-server keygen --keys "$keys" >/dev/null)
fi

# Debian starts what it installs; elsewhere an administrator does: systemctl enable --now jumun-server
if [ "$1" = configure ] && [ -z "$2" ] && command -v systemctl >/dev/null; then
	systemctl --quiet enable jumun-server.service || :
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload || :
	if [ "$1" = configure ] && systemctl --quiet is-enabled jumun-server.service; then
		deb-systemd-invoke restart jumun-server.service || : # unless policy-rc.d forbids it
	else
		systemctl try-restart jumun-server.service || :
	fi
fi
