import { setTimeout as sleep } from 'node:timers/promises'
import type { Facts } from './facts.ts'
import type { Answer, Certificate, Dialled, Listener, Observed, Resolved, Traefik } from './observed.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan.ts'
import { isOfService, portOf } from './entry-points.ts'

/** Ways to look around. Each may be missing, and each may fail: then what it would have told isn't known. */
export interface Probes {
  readonly listeners?: () => readonly Listener[] | undefined
  /** What a container's own processes listen on. */
  readonly ownListeners?: (
    container: Plan['containers'][number],
    signal: AbortSignal,
  ) => Promise<readonly Listener[] | undefined>
  readonly dial?: (address: string, port: number, signal: AbortSignal) => Promise<Dialled>
  readonly traefik?: (plan: Plan, signal: AbortSignal) => Promise<Traefik>
  /** Why Traefik's API isn't asked: a clause. */
  readonly untrusted?: string
  readonly resolve?: (host: string, signal: AbortSignal) => Promise<Resolved>
  /** This machine's addresses. */
  readonly own?: () => readonly string[]
  readonly certificate?: (host: string, at: Place, signal: AbortSignal) => Promise<Certificate | undefined>
  readonly visit?: (url: URL, at: Place, signal: AbortSignal) => Promise<Answer>
  /** Why certificates aren't issued, for these hosts. */
  readonly acme?: (hosts: readonly string[], signal: AbortSignal) => Promise<readonly string[]>
}

export interface Place {
  readonly host: string
  readonly port: number
}

/** For one probe. */
const DEADLINE_MS = 1_000
/** For what a probe makes of being cut off; milliseconds. */
const GRACE_MS = 200

/** What came of it in time, or nothing. */
async function tried<T>(work: (signal: AbortSignal) => Promise<T | undefined>): Promise<T | undefined> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  try {
    return await Promise.race([work(signal), sleep(DEADLINE_MS + GRACE_MS, undefined, { ref: false })])
  } catch {
    return undefined
  }
}

type Work<I, T> = (item: I, signal: AbortSignal) => Promise<T | undefined>

async function all<I, T>(items: readonly I[], work: Work<I, T> | undefined): Promise<readonly T[]> {
  if (!work) return []
  const done = await Promise.all(items.map((item) => tried((signal) => work(item, signal))))
  return done.flatMap((one) => (one === undefined ? [] : [one]))
}

const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const hostIn = (address = ''): string | undefined => /^\[?([\da-fA-F.:]+?)\]?:\d+(?:\/\w+)?$/.exec(address)?.[1]

/** Where an entry point is to be asked: at the address that Traefik says, else at whoever listens on its port and is no container. */
function placeOf(entryPoint: string, listeners: readonly Listener[], traefik: Traefik | undefined): Place | undefined {
  const port = portOf(entryPoint, traefik)
  if (port === undefined) return undefined
  const said = hostIn(traefik?.entryPoints[entryPoint])
  const host = said ?? listeners.find((one) => one.port === port && !isOfService(one.address))?.address
  return host === undefined ? undefined : { host: ANY[host] ?? host, port }
}

const isPlain = (entryPoint: string): boolean => /^web(?:-v6)?$/.test(entryPoint)

/** Looks at all that the facts make worth a look, side by side; each for a second at most. */
export async function lookAround(facts: Facts, probes: Probes): Promise<Observed> {
  const { dial, resolve, certificate, visit, acme, own, traefik: askTraefik, ownListeners } = probes
  const plan = planOf(facts)
  const listeners = probes.listeners?.()
  const near = Promise.all([
    all(plan.dials, dial && (({ address, port }, signal) => dial(address, port, signal))),
    all(plan.hosts, resolve),
    all(
      plan.containers,
      ownListeners &&
        (async (container, signal) => {
          const found = await ownListeners(container, signal)
          return found && ([container.id, found] as const)
        }),
    ),
  ])
  const traefik = askTraefik && (await tried((signal) => askTraefik(plan, signal)))
  const place = (names: readonly string[]): Place | undefined =>
    names.flatMap((name) => placeOf(name, listeners ?? [], traefik) ?? [])[0]
  const names = facts.routers.flatMap(({ entryPoints }) => entryPoints)
  const plain = place([...names.filter(isPlain), 'web'])
  const secure = place(names.filter((name) => !isPlain(name)))
  const [certificates, answers, [dialled, resolved, seen]] = await Promise.all([
    secure && certificate ? all(plan.certificates, (host, signal) => certificate(host, secure, signal)) : [],
    all(
      plan.urls,
      visit &&
        (async (url, signal) => {
          const at = url.startsWith('https:') ? secure : plain
          return at && visit(new URL(url), at, signal)
        }),
    ),
    near,
  ])
  const unissued = certificates.filter(({ isFor }) => !isFor).map(({ host }) => host)
  const causes = acme && unissued.length > 0 ? await tried((signal) => acme(unissued, signal)) : undefined
  const bound = Object.values(traefik?.entryPoints ?? {}).flatMap((address) => hostIn(address) ?? [])
  return {
    ...(listeners && { listeners }),
    ...(seen.length > 0 && { ownListeners: Object.fromEntries(seen) }),
    dialled,
    ...(traefik && { traefik }),
    ...(probes.untrusted !== undefined && { untrusted: probes.untrusted }),
    resolved,
    own: [...new Set([...(own?.() ?? []), ...bound])],
    certificates,
    answers,
    ...(causes && causes.length > 0 && { acme: causes }),
  }
}
