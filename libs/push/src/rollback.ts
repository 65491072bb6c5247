import { CURRENT, ROOT } from '@route-server/installation'
import type { Connection } from '@route-server/ssh'
import type { Progress } from './progress.ts'
import { PushError } from './push-error.ts'
import { SWITCH_UNIT } from './remote/switch.ts'

export interface RolledBack {
  readonly from: string
  readonly to: string
}

/** The version that was in force before the one that is, or `version`; put in force by the script that came with it. */
const script = (version: string | undefined): string => `
export LC_ALL=C
current=$(readlink ${CURRENT} 2>/dev/null); current=\${current##*/}
[ -n "$current" ] || { echo 'nothing is installed'; exit 21; }
before='${version ?? ''}'
[ -n "$before" ] || before=$(ls -t ${ROOT}/versions | grep -v "^$current$" | head -n 1)
[ -n "$before" ] || { echo 'there is no version before this one'; exit 21; }
[ -f ${ROOT}/versions/$before/switch ] || { echo "there is no version $before; there are: $(ls -t ${ROOT}/versions | tr '\\n' ' ')"; exit 21; }
echo "$current $before"
systemd-run --quiet --wait --pipe --collect --service-type=exec --unit=${SWITCH_UNIT} --description='rollback' /bin/sh -c "
  trap '' PIPE HUP
  ln -sfn versions/$before ${CURRENT}.new && mv -T ${CURRENT}.new ${CURRENT} && touch ${ROOT}/versions/$before && sh ${ROOT}/versions/$before/switch again"
`

/**
 * Puts the version before in force again.
 *
 * @throws {PushError} where there is none, or it doesn't start
 */
export async function rollBack(
  connection: Connection,
  { version, progress, machine }: { readonly machine: string; readonly version?: string; readonly progress?: Progress },
): Promise<RolledBack> {
  if (version !== undefined && !/^[0-9a-f]{16}$/.test(version))
    throw new PushError(`"${version}" is no version; expected 16 digits and letters, as rdc context status shows them.`)
  progress?.({ what: `Going back on ${machine}` })
  const { status, stdout, stderr } = await connection.run(script(version), { root: true })
  const [first = '', ...rest] = stdout.split('\n')
  if (status === 21) throw new PushError(`${machine} can't go back: ${first}.`)
  if (status !== 0)
    throw new PushError(`${machine} went back, and not everything started: ${rest.join('\n').trim() || stderr.trim()}`)
  const [from = '', to = ''] = first.split(' ')
  return { from, to }
}
