import { httpGet } from '@route-server/testbed'
import type { Attack, Harm } from './attack.ts'
import { web } from './probes.ts'
import { APP, attacker, http, victim } from './tenants.ts'

const HASH = '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='
const LOGIN = { Authorization: `Basic ${Buffer.from('visitor:secret').toString('base64')}` }

/** Whether the route server shows this to a stranger on the host's loopback, who calls it by that name. */
const shows =
  (path: string, text: string, host?: string): Harm =>
  async ({ routeServer }) => {
    const { hostname, port, host: own } = new URL(routeServer.address)
    const { body } = await httpGet({
      entryPoint: { host: hostname, port: Number(port) },
      host: host ?? own,
      path,
      tls: false,
    })
    return body.includes(text)
  }

const common = {
  victim: [
    victim({
      ...http(`Host(\`${APP}\`)`, { middlewares: 'door' }),
      'traefik.http.middlewares.door.basicauth.users': `visitor:${HASH}`,
    }),
  ],
  visitor: { asks: web(APP, { headers: LOGIN }), told: 'victim' },
  attacker: [attacker(http('Host(`mine.example.com`)'))],
} satisfies Partial<Attack>

/** Of who can reach the route server itself, as every container on the host's network can, and every page in its owner's browser. */
export const LOOPBACK_ATTACKS: readonly Attack[] = [
  {
    ...common,
    name: 'reads the route document, with the hashes of passwords',
    lack: { access: { token: undefined } },
    harm: shows('/routes.yaml', HASH),
  },
  {
    ...common,
    name: 'reads who routes what',
    lack: { access: { token: undefined } },
    harm: shows('/routes.json', APP),
  },
  {
    ...common,
    name: "reads the endpoints through a visitor's browser, under a name of its own",
    lack: { access: { allowedHosts: ['rebound.example.org'] } },
    // Who has no token gets nothing else, under whatever name.
    harm: shows('/health', '"status"', 'rebound.example.org'),
  },
]
