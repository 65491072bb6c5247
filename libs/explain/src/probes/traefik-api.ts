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

const STATUSES: readonly unknown[] = ['enabled', 'warning', 'disabled']

const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')

function routerIn(name: string, status: number, body: string): RouterInTraefik {
  if (status === 404) return { name, status: 'absent', errors: [] }
  const answer = JSON.parse(body) as RouterJson
  return {
    name,
    status: STATUSES.includes(answer.status) ? (answer.status as RouterInTraefik['status']) : 'enabled',
    errors: textsIn(answer.error),
  }
}

/** What Traefik says of these routers. One question each, whatever else it has. @throws where it doesn't answer, or says no */
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
  const [version, entryPoints, routers] = await Promise.all([
    get('/api/version'),
    get('/api/entrypoints'),
    Promise.all(
      plan.routers.map(async ({ protocol, name }) => {
        const { status, body } = await get(`/api/${protocol}/routers/${encodeURIComponent(`${name}@${plan.provider}`)}`)
        return routerIn(name, status, body)
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
