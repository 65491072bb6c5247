import type { ContainerPort, Plan, PlannedService } from '@route-server/compose'
import { awaitRoutes, reachOf, type Routes } from './routes.ts'
import type { Here } from './here.ts'
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

/** What was started, and where it can be reached, as far as the route server knows by now. */
export async function startedTable({ rows }: Plan, { network }: Here): Promise<string> {
  const active = rows.filter(({ profiles }) => profiles.length === 0)
  const routes = await awaitRoutes(
    network,
    active.map(({ service }) => service),
  )
  return table([
    [...HEAD, 'REACHED AT'],
    ...active.map((row) => [
      row.service,
      row.address,
      row.variable,
      row.ports.map(showPort).join(' ') || '-',
      routes === undefined ? 'unknown: no route server answers on this machine' : reached(row, routes),
    ]),
  ])
}

function reached({ service }: PlannedService, routes: Routes): string {
  return reachOf(service, routes).join('\n') || 'internal only'
}

const showPort = ({ number, protocol }: ContainerPort): string => `${number}${protocol === 'tcp' ? '' : `/${protocol}`}`

const nameOf = ({ service, profiles }: PlannedService): string =>
  profiles.length === 0 ? service : `${service} (${profiles.join(', ')})`
