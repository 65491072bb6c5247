/**
 * Traefik's parent. When systemd ends it, Traefik stops accepting and serves those whom it serves to the end, while its successor,
 * started at once, has the sockets already. Sockets and watchdog are for the process whose ID the variables name.
 */
export const LAUNCHER = `#!/bin/sh
setpriv --pdeathsig TERM sh -c 'LISTEN_PID=$$ WATCHDOG_PID=$$ exec "$0" "$@"' "$@" &
wait $!
`

/** Ends what would never end by itself: a Traefik that hangs, and one that still serves somebody while the machine goes down. */
export const AFTER_STOP = `#!/bin/sh
if [ "$SERVICE_RESULT" = watchdog ] || [ "$(systemctl is-system-running 2>/dev/null)" = stopping ]; then
  for process in $(cat "/sys/fs/cgroup$(sed -n 's/^0:://p; s/^[0-9]*:name=systemd:/\\/systemd/p' /proc/self/cgroup | head -n 1)/cgroup.procs"); do
    [ "$process" = $$ ] || kill -KILL "$process" 2>/dev/null
  done
fi
exit 0
`
