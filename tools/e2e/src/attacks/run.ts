import type { Container } from '@route-server/plugin-api'
import { eventually } from '@route-server/testbed'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack, Harm, Scene } from './attack.ts'
import type { RouteServer } from './route-server.ts'
import { USUAL_VICTIM } from './tenants.ts'
import {
  INNOCENTS_VISITOR,
  together,
  USUAL_VISITOR,
  visit,
  type Visiting,
  type Visitor,
  type Visits,
} from './visitor.ts'
import type { World } from './world.ts'

/** What came of an attack on a route server with all its guards. */
export interface Outcome {
  /** Of the victim's visitor, whenever the victim was there, and of the innocent's. */
  readonly visits: Visits
  /** Whether the attacker did harm at any time that was looked. */
  readonly isHarmed: boolean
  /** Codes of what was said to the attacker, each once. */
  readonly said: readonly string[]
}

/** How long an attack has to bite where nothing stops it. */
const BITE_MS = 4_000
/** How long one that is stopped is watched, at each stage. */
const WATCH_MS = 60
/** How long Traefik may say that it has a document before it routes by it. */
const MOMENT_MS = 20
/** How often a restless attacker changes. */
const RESTLESS_MS = 60
/** How long it has changed before anybody looks: long enough for a guard to have noticed. */
const NOTICE_MS = 1_500

/** Whether the attacker comes while the victim is stopped. */
const findsNobody = ({ order }: Attack): boolean => order === 'victim away' || order === 'restart'

function harmOf(attack: Attack): Harm {
  const { harm, visitor: { asks, told } = USUAL_VISITOR } = attack
  if (harm) return harm
  if (findsNobody(attack)) return async ({ ask }) => (await ask(asks)) === 'attacker'
  return async ({ ask }) => (await ask(asks)) !== told
}

const stopped = (container: Container): Container => ({ ...container, state: 'exited', status: 'Exited (0)' })

/** Shows containers, and resolves when Traefik routes by them. */
async function become(world: World, routeServer: RouteServer, containers: readonly Container[]): Promise<void> {
  world.show(routeServer, containers)
  await world.reached()
}

async function untilAnswered({ traefik }: World, { asks, told }: Visitor): Promise<void> {
  await eventually(
    async () => {
      const answer = await asks(traefik)
      if (answer !== told) throw new Error(`the victim's visitor is told "${answer}", not "${told}"`)
    },
    { deadline: 3_000, every: 20 },
  )
}

/** Everything up to the attack. */
async function prepare(world: World, routeServer: RouteServer, attack: Attack): Promise<void> {
  const { victim = USUAL_VICTIM, attacker, order, visitor = USUAL_VISITOR } = attack
  await become(world, routeServer, order === 'attacker first' ? attacker : victim)
  if (order !== 'attacker first') await untilAnswered(world, visitor)
  if (order !== 'restart') return
  await become(world, routeServer, victim.map(stopped))
  routeServer.restart()
}

/** Who is there when the attacker comes, and he; of a restless one, what he has at the time. */
function everybody(attack: Attack, turn?: number): readonly Container[] {
  const { victim = USUAL_VICTIM, attacker } = attack
  const present = attacker.filter((_, index) => turn === undefined || index === turn % attacker.length)
  return [...(findsNobody(attack) ? victim.map(stopped) : victim), ...present]
}

/** Lets what the attacker has come and go, until it is told to stop. */
function fidget(world: World, attack: Attack): () => void {
  let turn = 0
  const timer = setInterval(() => world.change(everybody(attack, turn++)), RESTLESS_MS)
  return () => clearInterval(timer)
}

/** Asks whether harm is done, as seen from now on. */
function watch({ traefik, upstreams }: World, routeServer: RouteServer, harm: Harm): () => boolean | Promise<boolean> {
  const before = { internal: upstreams.connections('internal'), secret: upstreams.connections('secret') }
  const scene: Scene = {
    ask: (probe) => probe(traefik),
    connections: (to) => upstreams.connections(to) - before[to],
    routeServer,
  }
  return () => harm(scene)
}

/** Lets the attack happen where its guard is off. @throws where it does no harm: then it is none. */
export async function bite(world: World, attack: Attack): Promise<void> {
  const { policy, lack } = attack
  const routeServer = await world.host({ policy, lack })
  let calm = (): void => undefined
  try {
    await prepare(world, routeServer, attack)
    const isHarmed = watch(world, routeServer, harmOf(attack))
    if (attack.order === 'restless') calm = fidget(world, attack)
    else {
      world.show(routeServer, everybody(attack))
      await world.taken()
    }
    await sleep(MOMENT_MS)
    await eventually(
      async () => {
        if (!(await isHarmed())) throw new Error('no harm is seen')
      },
      { deadline: BITE_MS, every: 20 },
    )
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`An attack that doesn't bite is none: ${reason}`, { cause: error })
  } finally {
    calm()
  }
}

async function isHarmedSoon(isHarmed: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + WATCH_MS
  do {
    if (await isHarmed()) return true
    await sleep(30)
  } while (performance.now() < end)
  return false
}

/** Codes of what is said of these containers, and of their networks as a whole. */
function saidOf(routeServer: RouteServer, containers: readonly Container[]): readonly string[] {
  const ids = new Set(containers.map(({ id }) => id))
  const networks = new Set(containers.map(({ network }) => network))
  return routeServer
    .diagnostics()
    .filter(({ origin: { containerId, network = 0 } }) =>
      containerId === undefined ? networks.has(network) : ids.has(containerId),
    )
    .map(({ code }) => code)
}

const leaving = (visiting: readonly Visiting[]): Promise<readonly Visits[]> =>
  Promise.all(visiting.map((visitor) => visitor.leave()))

/** Lets the attack happen with all guards on, before the eyes of visitors: before it, during it, and after. */
export async function withstand(world: World, attack: Attack): Promise<Outcome> {
  const { victim = USUAL_VICTIM, attacker, order, visitor = USUAL_VISITOR, policy } = attack
  const routeServer = await world.host({ policy })
  const visiting: Visiting[] = []
  const said = new Set<string>()
  let isHarmed = false
  let calm = (): void => undefined
  try {
    await prepare(world, routeServer, attack)
    const isHarmedNow = watch(world, routeServer, harmOf(attack))
    const listen = (): void => saidOf(routeServer, attacker).forEach((code) => said.add(code))
    const look = async (): Promise<void> => {
      listen()
      isHarmed = (await isHarmedSoon(isHarmedNow)) || isHarmed
    }
    listen()
    visiting.push(visit(world.traefik, INNOCENTS_VISITOR))
    if (order !== 'attacker first' && !findsNobody(attack)) visiting.push(visit(world.traefik, visitor))

    if (order === 'restless') {
      calm = fidget(world, attack)
      await sleep(NOTICE_MS)
    } else await become(world, routeServer, everybody(attack))
    if (order === 'attacker first') visiting.push(visit(world.traefik, visitor))
    await look()
    calm()

    if (findsNobody(attack)) {
      await become(world, routeServer, [...victim, ...attacker])
      visiting.push(visit(world.traefik, visitor))
      await look()
    }
    await become(world, routeServer, victim)
    isHarmed = (await isHarmedNow()) || isHarmed
    const visits = await leaving(visiting)
    return { visits: together(visits), isHarmed, said: [...said] }
  } finally {
    calm()
    await leaving(visiting)
  }
}
