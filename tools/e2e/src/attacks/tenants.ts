import type { Container, NetworkId } from '@route-server/plugin-api'
import { injectedLabels } from '@route-server/testbed'
import { ATTACKER, HTTP_PORT, INNOCENT, VICTIM } from './places.ts'

type Labels = Readonly<Record<string, string>>

interface Tenant {
  readonly network: NetworkId
  readonly service: string
  readonly labels: Labels
  readonly slot?: number
  readonly fields?: Partial<Container>
}

/** Seconds since 1970; a container is older the smaller its number is. */
const CREATED: Readonly<Record<NetworkId, number>> = { [VICTIM]: 1_000, [INNOCENT]: 1_000, [ATTACKER]: 2_000 }

/** A running container as `renet compose` starts it; its own labels beat those. */
function containerOf({ network, service, labels, slot = 0, fields = {} }: Tenant): Container {
  return Object.freeze({
    id: Buffer.from(`${network} ${service}`).toString('hex').padEnd(64, '0').slice(0, 64),
    name: service,
    image: 'echo',
    created: CREATED[network] ?? 0,
    state: 'running',
    health: 'none',
    status: 'Up 1 second',
    networkMode: 'host',
    exposedPorts: [],
    network,
    daemon: `/var/run/rediacc/docker-${network}.sock`,
    ...fields,
    labels: {
      ...injectedLabels(network, service, slot),
      ...labels,
    },
  })
}

const tenant =
  (network: NetworkId, service: string) =>
  (labels: Labels, more: Partial<Omit<Tenant, 'network' | 'labels'>> = {}): Container =>
    containerOf({ network, service, labels, ...more })

/** A container of the victim's, with these labels; `web` unless told. */
export const victim = tenant(VICTIM, 'web')
/** One of the attacker's; `evil` unless told. */
export const attacker = tenant(ATTACKER, 'evil')
const innocent = tenant(INNOCENT, 'innocent')

/** What a router has besides its rule: `{ priority: '9' }`. */
type More = Readonly<Record<string, string>>

const below = (prefix: string, fields: More): Labels =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}.${name}`, value]))

/** An HTTP router with this rule, and a service behind it. */
export const http = (rule: string, more: More = {}, name = 'app'): Labels => ({
  'traefik.enable': 'true',
  ...below(`traefik.http.routers.${name}`, { rule, ...more }),
  [`traefik.http.services.${name}.loadbalancer.server.port`]: String(HTTP_PORT),
})

/** A TCP router, and a service behind it. */
export const stream = (rule: string, port: number, more: More, name = 'app'): Labels => ({
  'traefik.enable': 'true',
  ...below(`traefik.tcp.routers.${name}`, { rule, ...more }),
  [`traefik.tcp.services.${name}.loadbalancer.server.port`]: String(port),
})

/** A UDP router, and a service behind it. */
export const datagrams = (port: number, more: More, name = 'app'): Labels => ({
  'traefik.enable': 'true',
  ...below(`traefik.udp.routers.${name}`, more),
  [`traefik.udp.services.${name}.loadbalancer.server.port`]: String(port),
})

/** Where most victims are. */
export const APP = 'app.example.com'
/** Where the attacker may be. */
export const MINE = 'mine.example.com'
export const USUAL_VICTIM: readonly Container[] = [victim(http(`Host(\`${APP}\`)`))]

export const INNOCENT_HOST = 'innocent.example.com'
/** In every answer of the innocent's host. */
export const STEP_HEADER = 'x-step'

/** The innocent, who says which step Traefik is on. */
export const innocentAt = (step: string): Container =>
  innocent({
    ...http(`Host(\`${INNOCENT_HOST}\`)`, { middlewares: 'step' }, 'innocent'),
    [`traefik.http.middlewares.step.headers.customresponseheaders.${STEP_HEADER}`]: step,
  })
