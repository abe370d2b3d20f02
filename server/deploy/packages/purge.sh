#!/bin/sh
# After the files have gone. Only "apt purge" takes the keys, the orders and the paired devices, too.
set -e

if [ "$1" = purge ]; then
	rm -rf /etc/jumun /var/lib/private/jumun /var/lib/jumun
	rm -f /etc/systemd/system/multi-user.target.wants/jumun-server.service
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload || :
fi
