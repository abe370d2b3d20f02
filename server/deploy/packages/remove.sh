#!/bin/sh
# Before the files go. Debian calls it as "remove" or "upgrade", RPM with the number of versions that stay.
set -e

case "$1" in
remove | 0) [ ! -d /run/systemd/system ] || systemctl stop jumun-server.service || : ;;
esac
# Debian forgets at "purge" only that the server starts with the machine, RPM knows none.
if [ "$1" = 0 ] && command -v systemctl >/dev/null; then
	systemctl --quiet disable jumun-server.service || :
fi
