import type { ContainerPort, Plan, PlannedService } from '@route-server/compose'
import { isUp, type ListedContainer } from './docker-get.ts'
import { reachOf, type Routes } from './routes.ts'
import { table } from './terminal/table.ts'

const HEAD = ['SERVICE', 'IP', 'VARIABLE', 'PORTS']

/** Of a plan: every service, where it would be, and where it could be reached. */
export function plannedTable({ rows }: Plan, routes: Routes): string {
  return table([
    [...HEAD, 'ROUTES'],
    ...rows.map((row) => [
      nameOf(row),
      row.address,
      row.variable,
      row.ports.map(showPort).join(' ') || '-',
      reached(row, routes),
    ]),
  ])
}

/** What runs of a project, and where it can be reached, as far as the route server knows by now. */
export function startedTable(
  { rows }: Plan,
  containers: ReadonlyMap<string, ListedContainer>,
  routes: Routes | undefined,
): string {
  const started = rows.flatMap((row) => {
    const container = containers.get(row.service)
    return container === undefined ? [] : [{ row, container }]
  })
  return table([
    [...HEAD, 'REACHED AT'],
    ...started.map(({ row, container }) => [
      row.service,
      row.address,
      row.variable,
      row.ports.map(showPort).join(' ') || '-',
      isUp(container) ? (routes === undefined ? '?' : reached(row, routes)) : container.Status,
    ]),
  ])
}

function reached({ service }: PlannedService, routes: Routes): string {
  return reachOf(service, routes).join('\n') || 'internal only'
}

const showPort = ({ number, protocol }: ContainerPort): string => `${number}${protocol === 'tcp' ? '' : `/${protocol}`}`

const nameOf = ({ service, profiles }: PlannedService): string =>
  profiles.length === 0 ? service : `${service} (${profiles.join(', ')})`
