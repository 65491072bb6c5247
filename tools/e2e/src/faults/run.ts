import { eventually } from '@route-server/testbed'
import { setTimeout as sleep } from 'node:timers/promises'
import { labelsOf } from '../service.ts'
import { countsOf, visit, type Visitor, type Visits } from '../visitor.ts'
import type { Fault } from './fault.ts'
import type { Place, Victim, World } from './world.ts'

/** What came of a fault. */
export interface Outcome {
  readonly innocent: Visits
  readonly victim: Visits
  /** How many documents Traefik got while it lasted, and which of them lack the router of one of the two. */
  readonly documents: number
  readonly lacking: readonly string[]
}

/** Longer than Traefik needs to take a document that is served now. */
const TAKEN_MS = 700

const RATE = 20

async function problemsOf({ machine }: World): Promise<string> {
  const { body } = await machine.routeServer.get('/health')
  const { status, problems = [] } = JSON.parse(body) as { status: string; problems?: readonly string[] }
  return status === 'ok' ? '' : `${status}: ${problems.join(' ')}`
}

const waitFor = (world: World, wanted: (problems: string) => boolean): Promise<void> =>
  eventually(
    async () => {
      const problems = await problemsOf(world)
      if (!wanted(problems)) throw new Error(`/health says: ${problems || 'ok'}`)
    },
    { deadline: 40_000 },
  )

/** Something new of a network that is well: it has to reach Traefik, whatever is broken elsewhere. */
async function bringNews({ machine, bystander, bystandersNetwork: networkId }: World, slot: number): Promise<void> {
  const name = `news${slot}`
  const labels = ['traefik.enable=true', `traefik.http.routers.${name}.rule=Host(\`${name}.example.org\`)`]
  const port = [`traefik.http.services.${name}.loadbalancer.server.port=8080`]
  bystander.run({ name, labels: labelsOf({ networkId }, { name, slot, labels: [...labels, ...port] }) })
  await machine.traefik.waitFor(({ services = {} }) => `${name}-${networkId}@http` in services)
  bystander.remove(name)
}

const isIn = (body: string, { name }: Place): boolean => body.includes(`\n    ${name}:\n`)

/** Inflicts it, waits until it is noticed and news got through, heals it, and waits until all is well. */
async function runThrough(world: World, fault: Fault, { networkId, host }: Place, slot: number): Promise<void> {
  const isSaid = (problems: string): boolean =>
    fault.said instanceof RegExp ? fault.said.test(problems) : problems.includes(`Network ${networkId} `)
  await fault.inflict(world)
  try {
    await bringNews(world, slot)
    if (fault.said !== 'nothing') await waitFor(world, isSaid)
    await sleep(TAKEN_MS)
  } finally {
    await fault.heal(world)
  }
  await waitFor(world, (problems) => !isSaid(problems))
  if (fault.mayLose) await world.machine.askUntil(host)
  await sleep(TAKEN_MS)
}

/** One fault while clients come; `slot` is one that the bystander's network has left. */
export async function suffer(world: World, victim: Victim, fault: Fault, slot: number): Promise<Outcome> {
  const { machine, innocent, places } = world
  const place = places[victim]
  const mark = machine.recorder.mark()
  const come = ({ host, name }: Place): Visitor => visit(machine, host, { by: name, rate: RATE })
  const visitors = { innocent: come(innocent), victim: come(place) }
  const leave = async (): Promise<Pick<Outcome, 'innocent' | 'victim'>> => ({
    innocent: await visitors.innocent.leave(),
    victim: await visitors.victim.leave(),
  })
  try {
    await runThrough(world, fault, place, slot)
  } catch (error) {
    await leave()
    throw error
  }
  const visits = await leave()
  const bodies = machine.recorder.bodies(mark)
  const lacking = bodies.filter((body) => !isIn(body, innocent) || !isIn(body, place))
  return { ...visits, documents: bodies.length, lacking }
}

/** `dockerd killed: sent 100, answered 100, lost 0; …`. */
export function lineOf(name: string, { innocent, victim, documents }: Outcome): string {
  return `${name}: innocent ${countsOf(innocent)}; victim ${countsOf(victim)}; ${documents} documents\n`
}
