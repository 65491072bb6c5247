import type { Container } from '@route-server/plugin-api'
import type { Attack } from './attack.ts'
import { allowing, VERBATIM } from './lacks.ts'
import { ATTACKER_IP, HTTP_PORT, VICTIM } from './places.ts'
import { web } from './probes.ts'
import { APP, attacker, http, MINE, victim } from './tenants.ts'

const RULE = `Host(\`${MINE}\`)`
const HEADERS = 'headers.customresponseheaders.X-Evil'

const guarded = victim({
  ...http(`Host(\`${APP}\`)`, { middlewares: 'door' }),
  'traefik.http.middlewares.door.basicauth.users': 'visitor:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
})
const LOGIN = { Authorization: `Basic ${Buffer.from('visitor:secret').toString('base64')}` }

/** Nobody gets in without a password, past the victim's door or around it. */
const stranger =
  (host: string): NonNullable<Attack['harm']> =>
  async ({ ask }) =>
    (await ask(web(host))) === 'victim'

/** On a victim with a door. */
const onDoor = (attack: Omit<Attack, 'victim' | 'visitor' | 'lack'>): Attack => ({
  lack: VERBATIM,
  victim: [guarded],
  visitor: { asks: web(APP, { headers: LOGIN }), told: 'victim' },
  ...attack,
})

/** As the document names what is the victim's. */
const scoped = (name: string): string => `${name}-${VICTIM}`
/** A router at the attacker's host and a service, as somebody writes them who leaves nothing to Traefik. */
const spelled = (
  router: string,
  service: string,
  more: Readonly<Record<string, string>> = {},
): Container['labels'] => ({
  'traefik.enable': 'true',
  [`traefik.http.routers.${router}.rule`]: RULE,
  [`traefik.http.routers.${router}.entrypoints`]: 'websecure',
  [`traefik.http.routers.${router}.service`]: service,
  [`traefik.http.services.${service}.loadbalancer.server.url`]: `http://${ATTACKER_IP}:${HTTP_PORT}`,
  ...more,
})

export const NAME_ATTACKS: readonly Attack[] = [
  onDoor({
    name: "defines the victim's middleware, under its name in the document",
    attacker: [attacker(spelled('mine', 'mine', { [`traefik.http.middlewares.${scoped('door')}.${HEADERS}`]: 'yes' }))],
    harm: stranger(APP),
  }),
  onDoor({
    name: "defines the victim's service, under its name in the document",
    attacker: [attacker(spelled('mine', scoped('app')))],
    harm: async ({ ask }) => (await ask(web(APP, { headers: LOGIN }))) === 'attacker',
  }),
  onDoor({
    name: "defines the victim's router, under its name in the document",
    attacker: [attacker(spelled(scoped('app'), 'mine'))],
    harm: async ({ ask }) => (await ask(web(APP, { headers: LOGIN }))) === '404',
  }),
  onDoor({
    name: "leads to the victim's service by its name in the document",
    attacker: [attacker(http(RULE, { service: scoped('app') }))],
    harm: stranger(MINE),
    code: 'REFERENCE_MISSING',
  }),
  onDoor({
    name: "leads to it by its name with Traefik's suffix",
    attacker: [attacker(http(RULE, { service: `${scoped('app')}@http` }))],
    harm: stranger(MINE),
    code: 'REFERENCE_MISSING',
  }),
  onDoor({
    name: "shows the victim's service as a page for errors",
    attacker: [
      attacker(
        spelled('mine', 'mine', {
          'traefik.http.routers.mine.middlewares': 'page',
          'traefik.http.middlewares.page.errors.status': '200-599',
          'traefik.http.middlewares.page.errors.service': `${scoped('app')}@http`,
          'traefik.http.middlewares.page.errors.query': '/',
        }),
      ),
    ],
    harm: stranger(MINE),
    code: 'REFERENCE_MISSING',
  }),
  {
    name: "publishes a service of the operator's",
    lack: allowing('admin@file'),
    attacker: [attacker(http(RULE, { service: 'admin@file' }))],
    harm: async ({ ask }) => (await ask(web(MINE))) === 'secret',
    code: 'REFERENCE_NOT_ALLOWED',
  },
  {
    name: "publishes Traefik's API",
    lack: allowing('api@internal'),
    attacker: [attacker(http(RULE, { service: 'api@internal' }))],
    harm: async ({ ask }) => (await ask(web(MINE, { path: '/api/rawdata' }))).includes(scoped('app')),
    code: 'REFERENCE_NOT_ALLOWED',
  },
  {
    name: "publishes Traefik's dashboard",
    lack: allowing('dashboard@internal'),
    attacker: [attacker(http(RULE, { service: 'dashboard@internal' }))],
    harm: async ({ ask }) => (await ask(web(MINE))).startsWith('<!DOCTYPE html>'),
    code: 'REFERENCE_NOT_ALLOWED',
  },
]
