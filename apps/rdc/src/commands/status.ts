import { certificateCauses } from '@route-server/dns'
import { statusOf, type Status } from '@route-server/push'
import { print, printJson, STATUS, visible } from '@route-server/terminal'
import { withConnection } from '../connection.ts'
import { machines } from '../machines.ts'
import { colours } from '../terminal/colours.ts'
import { withProgress } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'

/** Fails where something is wrong there, so that a script may ask. */
export async function run(name: string, { json }: { readonly json?: boolean }): Promise<number> {
  const machine = await machines().find(name)
  const status = await withProgress((progress) =>
    withConnection(machine, progress, (connection) => {
      progress.step({ what: `Looking at ${name}` })
      return statusOf(connection, machine)
    }),
  )
  if (json === true) printJson({ machine: name, ...status })
  else print(showStatus(status, name))
  return status.problems.length === 0 ? STATUS.done : STATUS.failed
}

function showStatus(status: Status, machine: string): string {
  return [...parts(status, machine)].join('\n\n')
}

function* parts(status: Status, machine: string): Iterable<string> {
  const { version, versions, services, entryPoints, routes, certificates, certificateErrors, problems } = status
  yield table([
    ['version in force', version ?? 'none'],
    ['versions to go back to', versions.join(', ') || 'none'],
    ['routers', routes === undefined ? 'unknown' : `${routes.http} HTTP, ${routes.tcp} TCP, ${routes.udp} UDP`],
  ])
  yield table(
    services.map(({ unit, state, since, restarts, text }) => [
      unit,
      state === 'active' ? colours.green(state) : colours.red(state),
      since,
      String(restarts),
      visible(text),
    ]),
    ['UNIT', 'STATE', 'SINCE', 'RESTARTS', 'SAYS'],
  )
  if (entryPoints.length > 0)
    yield table(
      entryPoints.map((point) => [
        point.name,
        point.address,
        point.state === 'listening' ? colours.green(point.state) : colours.red(point.state),
      ]),
      ['ENTRY POINT', 'ADDRESS', 'STATE'],
    )
  if (certificates.length > 0)
    yield table(
      certificates.map(({ names, issuer, until }) => [
        visible(names.join(', ')),
        until.toISOString().slice(0, 10),
        visible(issuer),
      ]),
      ['CERTIFICATE', 'UNTIL', 'ISSUER'],
    )
  if (certificateErrors.length > 0)
    yield `Certificates that weren't issued in the last day:\n${certificateCauses(certificateErrors, machine)
      .map((cause) => colours.yellow(visible(cause)))
      .join('\n')}`
  yield problems.length === 0
    ? colours.green('Nothing is wrong.')
    : problems.map((problem) => colours.yellow(visible(problem))).join('\n')
}
