import { lookUpRouters, readMachine } from '@route-server/traefik-api'
import type { Api } from '@route-server/traefik-api'
import type { Traefik } from '../observed.ts'
import type { Plan } from '../plan.ts'

/** What Traefik says of itself and of these routers. @throws where it doesn't answer, or says no */
export async function askTraefik(
  api: Api,
  { routers, provider }: Pick<Plan, 'routers' | 'provider'>,
  signal: AbortSignal,
): Promise<Traefik> {
  const [machine, made] = await Promise.all([readMachine(api, signal), lookUpRouters(api, routers, provider, signal)])
  return { api: new URL(api.url).origin, ...machine, routers: made }
}
