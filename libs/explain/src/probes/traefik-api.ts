import type { RouterInTraefik, Traefik } from '../observed.ts'
import type { Plan } from '../plan.ts'
import { ask } from './http.ts'

/** Where Traefik's own API answers, and to whom. */
export interface Api {
  /** `http://127.0.0.1:8082` */
  readonly url: string
  readonly user?: string
  readonly password?: string
}

interface RouterJson {
  readonly status?: unknown
  readonly error?: unknown
}

const STATUSES = ['enabled', 'warning', 'disabled'] as const

const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')

function routerIn(name: string, status: number, body: string): RouterInTraefik {
  if (status === 404) return { name, status: 'absent', errors: [] }
  const answer = JSON.parse(body) as RouterJson
  return {
    name,
    status: STATUSES.find((one) => one === answer.status) ?? 'enabled',
    errors: textsIn(answer.error),
  }
}

/** One router of those that Traefik has made of ours: as bad as the worst of them, and absent where there are none. */
function worstOf(name: string, made: readonly RouterInTraefik[]): RouterInTraefik {
  const there = made.filter(({ status }) => status !== 'absent')
  const status = STATUSES.findLast((one) => there.some((router) => router.status === one)) ?? 'absent'
  return { name, status, errors: [...new Set(there.flatMap(({ errors }) => errors))] }
}

/** What Traefik says of these routers. One question each, or one for each of its entry points, whatever else it has. @throws where it doesn't answer, or says no */
export async function askTraefik(
  { url, user = '', password = '' }: Api,
  plan: Plan,
  signal: AbortSignal,
): Promise<Traefik> {
  const base = new URL(url)
  const auth = user === '' ? {} : { auth: `${user}:${password}` }
  const get = async (path: string): Promise<{ readonly status: number; readonly body: string }> => {
    const reply = await ask(new URL(path, base), { host: base.hostname, port: base.port, signal, ...auth })
    if (reply.status !== 200 && reply.status !== 404)
      throw new Error(`Traefik's API answers ${path} with ${reply.status}`)
    return reply
  }
  const routerNamed = async (protocol: string, name: string): Promise<RouterInTraefik> => {
    const { status, body } = await get(`/api/${protocol}/routers/${encodeURIComponent(`${name}@${plan.provider}`)}`)
    return routerIn(name, status, body)
  }
  const [version, entryPoints, routers] = await Promise.all([
    get('/api/version'),
    get('/api/entrypoints'),
    Promise.all(
      plan.routers.map(async ({ protocol, name, entryPoints: on }) => {
        const router = await routerNamed(protocol, name)
        if (router.status !== 'absent') return router
        // Of several entry points, one with defaults of its own has each router under its own name before ours.
        return worstOf(name, await Promise.all(on.map((entryPoint) => routerNamed(protocol, `${entryPoint}-${name}`))))
      }),
    ),
  ])
  if (version.status === 404) throw new Error("There is no API of Traefik's there")
  const points = JSON.parse(entryPoints.body) as readonly { readonly name: string; readonly address: string }[]
  return {
    api: base.origin,
    version: (JSON.parse(version.body) as { readonly Version?: string }).Version ?? '',
    routers,
    entryPoints: Object.fromEntries(points.map(({ name, address }) => [name, address])),
  }
}
