import type { ComposeModel, Plan } from '@route-server/compose'
import { loadConfig } from '@route-server/config'
import type { RouterView } from '@route-server/kernel'
import type { Routes } from '../routes.ts'
import { check } from './check.ts'
import type { ProjectFiles } from './containers.ts'

/** Nobody's: it only stands for the machine's own, which isn't known here. */
const SOME_DOMAIN = 'base-domain.invalid'

/** The routes that a project would have, as far as that can be said without the machine's route server. */
export async function foreseenRoutes(model: ComposeModel, plan: Plan, project: ProjectFiles): Promise<Routes> {
  const config = loadConfig({ flags: { baseDomain: SOME_DOMAIN } })
  const { routers, diagnostics } = await check(model, plan, project, config)
  const of = (protocol: RouterView['protocol']): RouterView[] =>
    routers.filter((router) => router.protocol === protocol).map(named)
  return { routers: { http: of('http'), tcp: of('tcp'), udp: of('udp') }, diagnostics }
}

const named = (router: RouterView): RouterView => ({
  ...router,
  hosts: router.hosts.map((host) => host.replace(SOME_DOMAIN, '{baseDomain}')),
})
