import type { Plan } from '@route-server/compose'
import { listenersOf } from '@route-server/explain'
import { setTimeout as sleep } from 'node:timers/promises'
import { containersOfProject, dockerGet, isUp } from '../docker-get.ts'
import { isSettled, judge, type Running } from './judge.ts'

/** How long a service may take to listen that has no health check; milliseconds. */
const PATIENCE = 3000
const PAUSE = 200

/** Looks where the services of a project listen, once they had the time for it. Nothing where that can't be seen. */
export async function lookAround(project: string, plan: Plan, socket: string): Promise<readonly string[]> {
  // Other users' sockets are shown to root alone.
  if (process.getuid?.() !== 0) return []
  const deadline = performance.now() + PATIENCE
  try {
    for (;;) {
      const running = await runningOf(project, plan, socket)
      if (running.every(isSettled) || performance.now() > deadline) return judge(running)
      await sleep(PAUSE)
    }
  } catch {
    // It is a service to people; that something was started stays true.
    return []
  }
}

async function runningOf(project: string, { rows }: Plan, socket: string): Promise<readonly Running[]> {
  const containers = await containersOfProject(project, socket)
  const found = await Promise.all(
    rows.map(async ({ service, address, variable, ports }): Promise<readonly Running[]> => {
      const own = containers.get(service)
      if (own === undefined || !isUp(own) || /health: starting/.test(own.Status)) return []
      const pids = await pidsOf(own.Id, socket)
      const tcp = ports.filter(({ protocol }) => protocol === 'tcp').map(({ number }) => number)
      return [{ service, address, variable, ports: tcp, listeners: listenersOf(pids) }]
    }),
  )
  return found.flat()
}

/** As this machine numbers them. */
async function pidsOf(id: string, socket: string): Promise<readonly number[]> {
  const { Titles, Processes } = await dockerGet<{
    readonly Titles: readonly string[]
    readonly Processes: readonly (readonly string[])[]
  }>(socket, `/containers/${id}/top`)
  const column = Titles.indexOf('PID')
  return Processes.map((row) => Number(row[column])).filter((pid) => pid > 0)
}
