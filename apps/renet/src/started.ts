import { print } from '@route-server/terminal'
import { containersOfProject, isUp } from './docker-get.ts'
import type { Here } from './here.ts'
import { lookAround } from './listening/look.ts'
import type { Project } from './project.ts'
import { RenetError } from './renet-error.ts'
import { awaitRoutes } from './routes.ts'
import { startedTable } from './tables.ts'
import { remark } from './terminal/print.ts'
import { waitRouted } from './wait-routed.ts'

/** Says what runs of a project, where it can be reached, and what keeps it from that. */
export async function tellOfStarted({ model, plan }: Project, { network, socket }: Here): Promise<void> {
  const containers = await containersOfProject(model.name, socket)
  const running = namesOfRunning(plan, containers)
  const [routes, sentences] = await Promise.all([awaitRoutes(network, running), lookAround(model.name, plan, socket)])
  print(startedTable(plan, containers, routes instanceof RenetError ? undefined : routes))
  if (routes instanceof RenetError) remark(`note: where the services can be reached isn't known. ${routes.message}`)
  for (const sentence of sentences) remark(`warning: ${sentence}`)
}

/** Waits until Traefik serves the routes of what runs; says why it doesn't. */
export async function isRouted({ model, plan }: Project, { network, socket }: Here): Promise<boolean> {
  const containers = await containersOfProject(model.name, socket)
  const reasons = await waitRouted(network, namesOfRunning(plan, containers))
  for (const reason of reasons) remark(`not routed: ${reason}`)
  return reasons.length === 0
}

const namesOfRunning = (
  { rows }: Project['plan'],
  containers: Awaited<ReturnType<typeof containersOfProject>>,
): readonly string[] => rows.map(({ service }) => service).filter((service) => isUp(containers.get(service)))
