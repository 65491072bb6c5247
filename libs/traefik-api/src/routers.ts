import { askApi } from './api.ts'
import type { Api } from './api.ts'
import { fieldsOf } from './fields.ts'
import { ABSENT, namesOnEntryPoints, readStatus, worstOf } from './status.ts'
import type { RouterKey, RouterStatus, Statuses } from './status.ts'

/** What Traefik calls where the route document comes from. */
export type Provider = 'http' | 'file'

export interface NamedStatus extends RouterStatus {
  readonly name: string
}

const OURS = /@(?:http|file)$/
const ROUTERS_A_PAGE = 1000
/** Whoever answers in Traefik's place could go on for ever. */
const MOST_PAGES = 100
const MOST_NAME = 1000

/** Every router that Traefik has from us, a page at a time. `patience`: for each page, in milliseconds. @throws where it doesn't answer, or says no */
export async function listRouters(api: Api, patience = 3_000): Promise<Statuses> {
  const statuses = new Map<string, RouterStatus>()
  for (const protocol of ['http', 'tcp', 'udp'])
    for (let page = 1; ;) {
      const path = `/api/${protocol}/routers?per_page=${ROUTERS_A_PAGE}&page=${page}`
      const { status, body, nextPage } = await askApi(api, path, AbortSignal.timeout(patience))
      if (status === 404 || !Array.isArray(body)) throw new Error("There is no API of Traefik's there")
      for (const one of body as readonly unknown[]) {
        const { name } = fieldsOf(one)
        if (typeof name === 'string' && name.length <= MOST_NAME && OURS.test(name))
          statuses.set(`${protocol} ${name.replace(OURS, '')}`, readStatus(one))
      }
      if (!(nextPage > page)) break
      if (nextPage > MOST_PAGES) throw new Error(`It has more than ${MOST_PAGES * ROUTERS_A_PAGE} ${protocol} routers`)
      page = nextPage
    }
  return statuses
}

/** What Traefik says of these routers: one question each, or one for each entry point, whatever else it has. @throws where it doesn't answer, or says no */
export function lookUpRouters(
  api: Api,
  routers: readonly RouterKey[],
  provider: Provider,
  signal: AbortSignal,
): Promise<readonly NamedStatus[]> {
  const named = async ({ protocol }: RouterKey, name: string): Promise<RouterStatus> => {
    const path = `/api/${protocol}/routers/${encodeURIComponent(`${name}@${provider}`)}`
    const { status, body } = await askApi(api, path, signal)
    return status === 404 ? ABSENT : readStatus(body)
  }
  return Promise.all(
    routers.map(async (router) => {
      const own = await named(router, router.name)
      if (own.status !== 'absent') return { name: router.name, ...own }
      const made = await Promise.all(namesOnEntryPoints(router).map((name) => named(router, name)))
      return { name: router.name, ...worstOf(made) }
    }),
  )
}
