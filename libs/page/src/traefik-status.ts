import type { RouterView } from '@route-server/kernel'

/** What Traefik has made of a router. `absent`: it hasn't got it, yet or at all. `unknown`: it didn't answer, or wasn't asked yet. */
export interface TraefikStatus {
  readonly status: 'enabled' | 'warning' | 'disabled' | 'absent' | 'unknown'
  /** Traefik's own words. */
  readonly errors: readonly string[]
}

/** Asked for each router that is shown; answers at once, with what was last heard. */
export type TraefikStatusOf = (router: Pick<RouterView, 'protocol' | 'name' | 'entryPoints'>) => TraefikStatus

/** A router as Traefik's API lists it. */
interface Listed {
  readonly name: string
  readonly status?: TraefikStatus['status']
  readonly error?: readonly string[]
}

/** By `http web-2816`. */
export type Statuses = ReadonlyMap<string, TraefikStatus>

const UNKNOWN: TraefikStatus = { status: 'unknown', errors: [] }
const ABSENT: TraefikStatus = { status: 'absent', errors: [] }

/** Providers that the document comes by. */
const OURS = /@(?:http|file)$/
const ROUTERS_A_PAGE = 1000
const DEADLINE = 3_000
/** Between two questions, while somebody looks. Milliseconds. */
const EVERY = 4_000

/** Every router that Traefik has from us, a page at a time. @throws where it doesn't answer */
export async function askTraefik(api: string): Promise<Statuses> {
  const statuses = new Map<string, TraefikStatus>()
  for (const protocol of ['http', 'tcp', 'udp'])
    for (let page = 1; ;) {
      const url = new URL(`/api/${protocol}/routers?per_page=${ROUTERS_A_PAGE}&page=${page}`, api)
      const answer = await fetch(url, { signal: AbortSignal.timeout(DEADLINE), redirect: 'error' })
      if (!answer.ok) throw new Error(`Traefik's API answers ${answer.status}.`)
      for (const { name, status = 'enabled', error = [] } of (await answer.json()) as readonly Listed[])
        if (OURS.test(name)) statuses.set(`${protocol} ${name.replace(OURS, '')}`, { status, errors: error })
      // The last page names the first one as the next.
      const next = Number(answer.headers.get('X-Next-Page') ?? 1)
      if (next <= page) break
      page = next
    }
  return statuses
}

interface Asking {
  readonly ask: () => Promise<Statuses>
  /** Whether somebody has the page open. */
  readonly isWatched: () => boolean
  /** Told when the answer is another. */
  readonly changed: () => void
}

/** What Traefik last said; asked when somebody looks, and again and again while somebody does. */
export function createTraefikStatus({ ask, isWatched, changed }: Asking): TraefikStatusOf {
  let known: Statuses | undefined
  let told = ''
  let isRunning = false

  async function look(): Promise<void> {
    known = await ask().catch(() => undefined)
    const now = known ? JSON.stringify([...known]) : ''
    if (now !== told) changed()
    told = now
    const timer = setTimeout(() => {
      isRunning = isWatched()
      if (isRunning) void look()
    }, EVERY)
    timer.unref()
  }

  return ({ protocol, name, entryPoints }) => {
    if (!isRunning) {
      isRunning = true
      void look()
    }
    if (!known) return UNKNOWN
    // An entry point with defaults of its own has each router under its own name before ours.
    const names = [name, ...entryPoints.map((entryPoint) => `${entryPoint}-${name}`)]
    return names.flatMap((one) => known?.get(`${protocol} ${one}`) ?? [])[0] ?? ABSENT
  }
}
