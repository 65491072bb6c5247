import { CONTAINERD, CURRENT, DOCKER, KEPT, LIVE, ROOT, ROUTER, TRAEFIK } from '@route-server/installation'
import type { Connection } from '@route-server/ssh'
import { PushError } from './push-error.ts'

/** Exit status: somebody would be left without a daemon. */
const REPOSITORIES_UP = 20

const script = (purge: boolean): string => `
export LC_ALL=C
running=$(systemctl list-units --plain --no-legend --state=active,activating,deactivating,reloading '${DOCKER}@*' '${CONTAINERD}@*' | cut -d ' ' -f 1)
# A daemon that has died may have left containers that run on.
[ -n "$running" ] || running=$(ls -d /run/rediacc/exec-* 2>/dev/null)
[ -z "$running" ] || { echo "These repositories are up:" $running >&2; exit ${REPOSITORIES_UP}; }
cd /etc/systemd/system
rm -f ${DOCKER}@.service ${CONTAINERD}@.service multi-user.target.wants/${DOCKER}@*.service
units=$(ls -d ${ROUTER}.service ${TRAEFIK}.service ${TRAEFIK}-*.socket 2>/dev/null)
[ -n "$units" ] || [ -e ${ROOT} ] || { echo nothing; ${purge ? ':' : 'exit 0'}; }
[ -z "$units" ] || systemctl stop $units 2>/dev/null
# The old process, if it still serves somebody.
systemctl kill --kill-who=all --signal=KILL ${TRAEFIK}.service 2>/dev/null
for unit in $units; do rm -f $unit sockets.target.wants/$unit multi-user.target.wants/$unit; done
systemctl daemon-reload
systemctl reset-failed $units 2>/dev/null
rm -f ${CURRENT}
rm -rf ${ROOT}
${purge ? `rm -rf ${KEPT} /var/lib/rediacc/router /var/lib/rediacc/traefik ${LIVE}\nrmdir /etc/rediacc /var/lib/rediacc 2>/dev/null\nuserdel ${ROUTER} 2>/dev/null; userdel ${TRAEFIK} 2>/dev/null` : ''}
true
`

/**
 * Takes the units and the files away. Certificates, claims and the machine's own secrets stay, unless `purge`.
 *
 * @returns whether anything was there
 */
export async function removeInstallation(
  connection: Connection,
  { machine, purge = false }: { readonly machine: string; readonly purge?: boolean },
): Promise<boolean> {
  const { status, stdout, stderr } = await connection.run(script(purge), { root: true })
  if (status === REPOSITORIES_UP)
    throw new PushError(
      `${stderr.trim()}. Nothing was removed. End each with: rdc repo down NAME -m ${machine} (rdc repo list -m ${machine} names them)`,
    )
  if (status !== 0) throw new PushError(`Not everything could be removed from ${machine}: ${stderr.trim()}`)
  return stdout.trim() !== 'nothing'
}
