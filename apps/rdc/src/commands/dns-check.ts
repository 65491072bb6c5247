import { checkHost, lookupAt, servedCertificate, type HostCheck } from '@route-server/dns'
import { readFile } from 'node:fs/promises'
import { print, printJson, STATUS, visible } from '@route-server/terminal'
import { recordsFor } from '../dns.ts'
import { machines } from '../machines.ts'
import { colours } from '../terminal/colours.ts'
import { withProgress } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'

interface Given {
  readonly resolver?: string
  readonly json?: boolean
}

/** Fails where something is wrong, so that a script may ask. */
export async function run(name: string, hosts: readonly string[], { resolver, json }: Given): Promise<number> {
  const machine = await machines().find(name)
  const names = hosts.length > 0 ? hosts : (await recordsFor(machine)).map((record) => record.name)
  const { publicIpv4 = '', acmeRoot } = machine.infra
  const ca = acmeRoot === undefined ? undefined : await readFile(acmeRoot, 'utf8').catch(() => undefined)
  const checks = await withProgress((progress) => {
    progress.step({ what: 'Asking name servers' })
    return Promise.all(
      [...new Set(names)].map((host) =>
        checkHost(host, machine, {
          resolver: lookupAt(resolver === undefined ? [] : [resolver]),
          at: (address) => lookupAt([address]),
          certificate: (of) => servedCertificate(publicIpv4, of, ca === undefined ? {} : { ca }),
        }),
      ),
    )
  })
  if (json === true) printJson(checks)
  else show(checks)
  return checks.every(({ problems }) => problems.length === 0) ? STATUS.done : STATUS.failed
}

function show(checks: readonly HostCheck[]): void {
  const rows = checks.map(({ host, verdict, addresses, certificateUntil }) => [
    visible(host),
    verdict === 'here' ? colours.green('points here') : colours.red(verdict),
    addresses.join(', ') || '-',
    certificateUntil?.toISOString().slice(0, 10) ?? '-',
  ])
  print(table(rows, ['HOST', 'RECORD', 'ADDRESSES', 'CERTIFICATE UNTIL']))
  const problems = checks.flatMap((check) => check.problems)
  print(
    problems.length === 0
      ? colours.green('Nothing is wrong.')
      : problems.map((problem) => colours.yellow(visible(problem))).join('\n'),
  )
}
