import { DEFAULT_SHARES } from '@route-server/kernel'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack, Harm } from './attack.ts'
import { taking, without } from './lacks.ts'
import { ATTACKER, TCP_PORT } from './places.ts'
import { tcp, web, type Probe } from './probes.ts'
import { APP, attacker, http, stream, victim } from './tenants.ts'

const lack = without('shares')
const ALL = 'HostSNI(`*`)'

/** Answers each client once an hour, and the others with 429. */
const sparing = [
  victim({
    ...http(`Host(\`${APP}\`)`, { middlewares: 'once' }),
    'traefik.http.middlewares.once.ratelimit.average': '1',
    'traefik.http.middlewares.once.ratelimit.period': '1h',
    'traefik.http.middlewares.once.ratelimit.sourcecriterion.requestheadername': 'X-Client',
  }),
]

let clients = 0
/** One that was never seen before. */
const newClient = (): Probe => web(APP, { headers: { 'X-Client': String((clients += 1)) } })

/** Long enough for Traefik to have another document, if there is one. */
const POLLS_MS = 200

/** Whether one client is answered twice: Traefik counts anew in every document. */
const forgetsClients: Harm = async ({ ask }) => {
  const client = newClient()
  if ((await ask(client)) !== 'victim') return false
  await sleep(POLLS_MS)
  return (await ask(client)) === 'victim'
}

const onSparing = {
  victim: sparing,
  visitor: { asks: (...question) => newClient()(...question), told: 'victim' },
} satisfies Partial<Attack>

let incarnations = 0

export const SHARE_ATTACKS: readonly Attack[] = [
  {
    name: 'claims more hosts than its share, before their owners come',
    lack,
    policy: { shares: { ...DEFAULT_SHARES, hosts: 2 } },
    attacker: [attacker(http(`Host(\`a.example.net\`) || Host(\`b.example.net\`) || Host(\`${APP}\`)`))],
    order: 'attacker first',
    code: 'SHARE_EXCEEDED',
  },
  {
    name: 'claims more entry points than its share, before others come',
    lack,
    policy: { shares: { ...DEFAULT_SHARES, ports: 1 } },
    victim: [victim(stream(ALL, TCP_PORT, { entrypoints: 'tcp-25' }))],
    attacker: [attacker(stream(ALL, TCP_PORT, { entrypoints: 'tcp-5432,tcp-25' }))],
    order: 'attacker first',
    visitor: { asks: tcp('tcp-25'), told: 'victim' },
    code: 'SHARE_EXCEEDED',
  },
  {
    name: 'changes its routes all the time, and with each document Traefik counts anew',
    lack,
    policy: { shares: { ...DEFAULT_SHARES, revisions: 0.5 } },
    ...onSparing,
    attacker: ['a', 'b'].map((name) => attacker(http(`Host(\`${name}.example.net\`)`))),
    harm: forgetsClients,
    order: 'restless',
    code: 'NETWORK_DELAYED',
  },
  {
    name: 'crashes all the time, and with each document Traefik counts anew',
    lack: taking((labels) => ({
      ...labels,
      // Deaths are counted by service.
      ...(labels['rediacc.network_id'] === String(ATTACKER) && {
        'rediacc.service_name': `evil-${(incarnations += 1)}`,
      }),
    })),
    policy: { shares: { ...DEFAULT_SHARES, revisions: Infinity } },
    ...onSparing,
    attacker: [
      attacker(http('Host(`a.example.net`)')),
      attacker(http('Host(`a.example.net`)'), { fields: { state: 'restarting', status: 'Restarting (1)' } }),
    ],
    harm: forgetsClients,
    order: 'restless',
    code: 'CONTAINER_LOOPING',
  },
]
