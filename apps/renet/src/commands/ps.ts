import { print, printJson } from '@route-server/terminal'
import { expectDaemon } from '../daemon.ts'
import { dockerGet, nameOf, type ListedContainer } from '../docker-get.ts'
import { findHere, type WhereFlags } from '../here.ts'
import { askRoutes, reachOf } from '../routes.ts'
import { table } from '../terminal/table.ts'

export interface PsFlags extends WhereFlags {
  readonly all?: boolean
  readonly json?: boolean
}

export async function run({ all = false, json = false, ...where }: PsFlags): Promise<void> {
  const { socket, network } = findHere(where)
  await expectDaemon(socket, network)
  const [containers, routes] = await Promise.all([
    dockerGet<readonly ListedContainer[]>(socket, `/containers/json?all=${all ? 1 : 0}`),
    askRoutes(network).catch(() => undefined),
  ])
  const rows = containers
    .map((container) => {
      const service = container.Labels['com.docker.compose.service'] ?? ''
      const isRouted = container.Labels['com.docker.compose.oneoff'] !== 'True'
      return {
        container: nameOf(container),
        service,
        address: container.Labels['rediacc.service_ip'] ?? '',
        status: container.Status,
        reachedAt: routes === undefined || !isRouted ? [] : reachOf(service, routes),
      }
    })
    .sort((a, b) => (a.container < b.container ? -1 : 1))
  if (json) return printJson(rows)
  print(
    table([
      ['CONTAINER', 'SERVICE', 'IP', 'STATUS', 'REACHED AT'],
      ...rows.map((row) => [row.container, row.service, row.address, row.status, row.reachedAt.join('\n')]),
    ]),
  )
}
