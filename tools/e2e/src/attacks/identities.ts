import type { Container } from '@route-server/plugin-api'
import type { Attack } from './attack.ts'
import { believing, taking, without } from './lacks.ts'
import {
  ATTACKER,
  ATTACKER_IP,
  DEAD_PORT,
  HTTP_PORT,
  INTERNAL_IP,
  INTERNAL_PORT,
  SECRET_PORT,
  VICTIM,
  VICTIM_IP,
} from './places.ts'
import { web } from './probes.ts'
import { APP, attacker, http, USUAL_VICTIM, victim } from './tenants.ts'

const AUTOMATIC = web(`evil-${ATTACKER}.example.com`)

/** One whose labels lie. */
const lie = (name: string, liar: Container, more: Partial<Attack> = {}): Attack => ({
  name,
  lack: believing(liar),
  attacker: [liar],
  code: 'IDENTITY_FALSE',
  ...more,
})

/** An automatic route to what the label says. */
const addressed = (address: string, port: number): Container =>
  attacker({ 'rediacc.service_ip': address, 'rediacc.service_port': String(port) })

const shows =
  (who: string): NonNullable<Attack['harm']> =>
  async ({ ask }) =>
    (await ask(AUTOMATIC)) === who

/** The victim's second service. */
const SECOND = 'second'
const secondHost = `${SECOND}-${VICTIM}.example.com`

export const IDENTITY_ATTACKS: readonly Attack[] = [
  lie("says that it has an address of the victim's", addressed(INTERNAL_IP, INTERNAL_PORT), {
    harm: shows('internal'),
  }),
  lie("says that it has the victim's server's address", addressed(VICTIM_IP, HTTP_PORT), { harm: shows('victim') }),
  lie("says that it has the host's address", addressed('127.0.0.1', SECRET_PORT), { harm: shows('secret') }),
  lie('says that its address is a whole URL', addressed(`127.0.0.1:${SECRET_PORT}/`, HTTP_PORT), {
    harm: shows('secret'),
  }),
  lie(
    "says that it is of the victim's network, and joins its service",
    attacker(
      { ...http(`Host(\`${APP}\`)`), 'rediacc.network_id': String(VICTIM), 'rediacc.service_ip': ATTACKER_IP },
      { service: 'web' },
    ),
  ),
  lie(
    "says that it is of the victim's network, for its automatic host",
    attacker({ 'rediacc.network_id': String(VICTIM), 'rediacc.service_port': String(HTTP_PORT) }, { service: 'web' }),
    {
      victim: [victim({ 'rediacc.service_port': String(HTTP_PORT) })],
      visitor: { asks: web(`web-${VICTIM}.example.com`), told: 'victim' },
    },
  ),
  {
    name: "is a one-off container that joins its service's load balancing",
    lack: taking((labels) => ({ ...labels, 'com.docker.compose.oneoff': undefined })),
    attacker: [
      victim(
        {
          ...http(`Host(\`${APP}\`)`),
          'traefik.http.services.app.loadbalancer.server.port': String(DEAD_PORT),
          'com.docker.compose.oneoff': 'True',
        },
        { fields: { id: 'f'.repeat(64), name: 'web-run-1', created: 3_000 } },
      ),
    ],
    code: 'CONTAINER_ONE_OFF',
  },
  {
    name: 'says that it listens where an older service of its network does',
    lack: without('addresses'),
    victim: USUAL_VICTIM,
    attacker: [
      victim(
        { 'rediacc.service_ip': VICTIM_IP, 'rediacc.service_port': String(HTTP_PORT) },
        { service: SECOND, fields: { created: 3_000 } },
      ),
    ],
    harm: async ({ ask }) => (await ask(web(secondHost))) === 'victim',
    code: 'ADDRESS_TAKEN',
  },
]
