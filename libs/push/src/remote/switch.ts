import { CURRENT, LIVE, ROOT, ROUTER, TRAEFIK, type SharedFolder, type SystemUser } from '@route-server/installation'
import type { Manifest } from '../manifest.ts'
import type { Restarts } from '../plan.ts'
import { CHECK } from './check.ts'

/** What the script that puts a version in force has to know. */
export interface Switch {
  readonly manifest: Manifest
  readonly users: readonly SystemUser[]
  readonly folders: readonly SharedFolder[]
  /** The version that it follows; where another one is in force meanwhile, the script does nothing. */
  readonly before: string | undefined
  /** Units that the version before has, and this one hasn't. */
  readonly goneUnits: readonly string[]
  readonly restarts: Restarts
  /** A push before was cut off: nobody knows what each unit has read. */
  readonly isUnfinished: boolean
}

/** Exit statuses of the script. */
export const SOMEBODY_ELSE = 11
export const ROLLED_BACK = 12

/** What `systemd-run` calls the running script: there is one at a time. */
export const SWITCH_UNIT = 'rediacc-push'

const SERVICES = `${ROUTER}.service ${TRAEFIK}.service`
const UNITS = '/etc/systemd/system'

/**
 * The script that puts a version in force, and the one before back if anything fails. It runs on the machine by itself, so that it goes on
 * when the connection is lost. Units are links into whatever is in force, and are there before it is: wherever this ends, what is in force is
 * whole. A line that begins with `@` says a step; what else it prints says what failed.
 */
export function switchScript({ manifest, users, folders, before, goneUnits, restarts, isUnfinished }: Switch): string {
  const { version, units } = manifest
  const folder = `${ROOT}/versions/${version}`
  const sockets = units.filter((unit) => unit.endsWith('.socket')).join(' ')
  const gone = goneUnits.filter((unit) => unit.endsWith('.socket')).join(' ')
  return `#!/bin/sh
trap '' PIPE HUP
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
umask 022
since=$(date '+%Y-%m-%d %H:%M:%S')
broken=
say() { printf '@%s\\n' "$*" 2>/dev/null; }
complain() { printf '%s\\n' "$*" 2>/dev/null; }

accounts() {
${accountLines(users)}
}

files() {
${indent([
  `mkdir -p ${folder}/bin`,
  ...manifest.programs.map(({ name, sha256 }) => `ln -sfn ../../../programs/${sha256}/${name} ${folder}/bin/${name}`),
  ...manifest.files.flatMap(({ path, group, mode }) =>
    group === undefined ? [] : [`chgrp ${group} ${folder}/${path}`, `chmod ${mode.toString(8)} ${folder}/${path}`],
  ),
])}
}

folders() {
${indent(folders.flatMap(folderLines))}
}

wanted_by() { case $1 in *.socket) echo sockets.target.wants ;; *) echo multi-user.target.wants ;; esac; }

link() {
  mkdir -p ${UNITS}/sockets.target.wants ${UNITS}/multi-user.target.wants || return 1
  for unit in ${units.join(' ')}; do
    ln -sfn ${CURRENT}/units/$unit ${UNITS}/$unit || return 1
    # What has instances starts by those.
    case $unit in *@.service) continue ;; esac
    ln -sfn ${CURRENT}/units/$unit ${UNITS}/$(wanted_by $unit)/$unit || return 1
  done
}

# Of every unit of ours that this version hasn't.
unlink_others() {
  for link in ${UNITS}/${TRAEFIK}-*.socket; do
    unit=\${link##*/}
    case ' ${sockets} ' in *" $unit "*) continue ;; esac
    systemctl stop $unit 2>/dev/null
    rm -f $link ${UNITS}/$(wanted_by $unit)/$unit
  done
}

point() { ln -sfn "$1" ${CURRENT}.new && mv -T ${CURRENT}.new ${CURRENT} && sync; }

router() {
  case $1 in
  restart) systemctl restart ${ROUTER}.service ;;
  reload)
    systemctl is-active -q ${ROUTER}.service || { systemctl restart ${ROUTER}.service; return; }
    systemctl reload ${ROUTER}.service || return 1
    for tenth in $(seq 100); do
      journalctl -u ${ROUTER}.service --since "$since" -o cat 2>/dev/null | grep -q ' in force' && return
      sleep 0.1
    done
    ;;
  esac
}

# What a socket unit says: \`203.0.113.50:443 (Stream)\`, as systemd shows it.
address_of() { sed -n 's/^Listen\\([A-Z][a-z]*\\)=\\(.*\\)/\\2 (\\1)/p' ${CURRENT}/units/$1; }

# Sockets that listen elsewhere than they should; before systemd reads the units anew.
outdated() {
  for unit in ${sockets}; do
    loaded=$(systemctl show -p Listen --value $unit 2>/dev/null)
    [ -z "$loaded" ] || [ "$loaded" = "$(address_of $unit)" ] || printf '%s ' $unit
  done
}

# The old process accepts for a moment longer: who shall listen where it does has to wait.
open() {
  for fifth in $(seq 30); do
    systemctl start ${sockets} 2>/dev/null && return
    sleep 0.2
    systemctl reset-failed ${sockets} 2>/dev/null
  done
  systemctl start ${sockets}
}

# Sockets can't start while their service runs. Who comes in between waits in their queues.
traefik() {
  systemctl stop ${TRAEFIK}.service 2>/dev/null
  [ -z "$1" ] || systemctl stop $1 2>/dev/null
  open && systemctl start ${TRAEFIK}.service
}

activate() { # how the route server, whether Traefik, sockets to stop
  systemctl daemon-reload
  [ "$1" = none ] || { say "${ROUTER}: $1"; router "$1" || { broken=${ROUTER}.service; return 1; }; }
  [ "$2" = none ] || { say "${TRAEFIK}: $2"; traefik "$3" || { broken=${TRAEFIK}.service; return 1; }; }
  systemctl start ${sockets} ${SERVICES} || { broken='${SERVICES}'; return 1; }
}

check() {
  for unit in ${SERVICES} ${sockets}; do
    systemctl is-active -q $unit || { broken=$unit; complain "$unit isn't running."; return 1; }
  done
  listening=$(ss -Hltun)
  for unit in ${sockets}; do
    printf '%s\\n' "$listening" | grep -qF " $(address_of $unit | cut -d ' ' -f 1) " || { broken=$unit; complain "Nobody listens for $unit."; return 1; }
  done
  if journalctl -u ${ROUTER}.service --since "$since" -o cat 2>/dev/null | grep 'configuration is not in force'; then
    return 1
  fi
  broken='${SERVICES}'
  ${CURRENT}/bin/node -e '${CHECK.replaceAll('\n', ' ').trim()}'
}

back() {
  complain "$1"
  journalctl --sync 2>/dev/null
  # Without what the old process says while it serves its last.
  for unit in $broken; do journalctl -u $unit --since "$since" --no-pager -o cat 2>/dev/null | grep -v 'Waiting .* for incoming requests' | tail -n 12; done
  say 'back to what was before'
${indent(
  before === undefined
    ? [
        `systemctl stop ${SERVICES} ${sockets} 2>/dev/null`,
        `for unit in ${units.join(' ')}; do rm -f ${UNITS}/$unit ${UNITS}/$(wanted_by $unit)/$unit; done`,
        `rm -f ${CURRENT}`,
        'systemctl daemon-reload',
      ]
    : [
        `point versions/${before}`,
        `sh ${ROOT}/versions/${before}/switch again || complain 'The version before is back, and not all of it starts.'`,
      ],
  '',
)}
  rm -f ${ROOT}/switching
  exit ${ROLLED_BACK}
}

# Whatever was in force until now: all of it anew. \`point\` was the caller's.
if [ "\${1:-}" = again ]; then
  folders
  link
  unlink_others
  activate restart restart "$(outdated)"
  exit
fi

current=$(readlink ${CURRENT} 2>/dev/null)
current=\${current##*/}
if [ "$current" != '${before ?? ''}' ] && [ "$current" != ${version} ]; then
  complain "\${current:-nothing}"
  exit ${SOMEBODY_ELSE}
fi
${
  before === version
    ? ''
    : `# Somebody else has put the very same in force meanwhile.
[ "$current" != ${version} ] || [ -e ${ROOT}/switching ] || { say 'done'; exit 0; }
`
}echo ${version} >${ROOT}/switching || exit 1
say 'users and files'
accounts && files && folders && link || { rm -f ${ROOT}/switching; exit 1; }
say 'the version in force'
point versions/${version} || back "${CURRENT} can't be changed."
activate ${restarts.router} ${restarts.traefik} ${isUnfinished ? `'${sockets} ${gone}'` : `"$(outdated)${gone}"`} || back "$broken doesn't start."
say 'checks'
check || back "The new version doesn't work."
unlink_others
${goneUnits.length === 0 ? '' : 'systemctl daemon-reload\n'}rm -f ${ROOT}/switching
${folders.length === 0 ? `rm -rf ${LIVE}\n` : ''}say 'old versions'
number=0
for old in $(ls -t ${ROOT}/versions); do
  [ $old != ${version} ] || continue
  number=$((number + 1))
  [ $number -le ${OLD_VERSIONS} ] || rm -rf ${ROOT}/versions/$old
done
for program in ${ROOT}/programs/*; do
  find ${ROOT}/versions/*/bin -lname "*/\${program##*/}/*" | grep -q . || rm -rf $program
done
say 'done'
`
}

/** How many versions are kept besides the one in force. */
const OLD_VERSIONS = 2

/** The group reads whatever is made in it. */
const folderLines = ({ path, owner, group, links = {} }: SharedFolder): readonly string[] => [
  `install -d -m 2750 -o ${owner} -g ${group} ${path}`,
  ...Object.entries(links).map(([name, target]) => `ln -sfn ${target} ${path}/${name}`),
]

/** Commands of a shell function, the first of which to fail ends it. */
const indent = (lines: readonly string[], otherwise = ' || return 1'): string =>
  (lines.length === 0 ? ['  :'] : lines.map((line) => `  ${line}${otherwise}`)).join('\n')

const accountLines = (users: readonly SystemUser[]): string =>
  indent(
    users.flatMap(({ name, groups }) => [
      ...[name, ...groups].map((group) => `getent group ${group} >/dev/null || groupadd --system ${group}`),
      `id -u ${name} >/dev/null 2>&1 || useradd --system --gid ${name} --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ${name}`,
    ]),
  )
