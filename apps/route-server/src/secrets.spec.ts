import { expect, test } from '@jest/globals'
import { createHistory } from '@route-server/history'
import type { KeptRevision } from '@route-server/history'
import { createKernel, reconcile } from '@route-server/kernel'
import type { Snapshot } from '@route-server/kernel'
import { sampleContainer } from '@route-server/kernel/testing'
import { createExposition, createMeter } from '@route-server/metrics'
import type { Container } from '@route-server/plugin-api'
import { httpPlugin } from '@route-server/plugin-http'
import { middlewarePlugin } from '@route-server/plugin-middleware'
import { createApp, createControlApp, maskSecrets } from '@route-server/server'
import type { Control } from '@route-server/server'
import { createLog } from './log.ts'
import { narrate } from './narrate.ts'
import { tellDiagnostics } from './tell-diagnostics.ts'

const SETTINGS = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }
const PLUGINS = [
  { plugin: httpPlugin, options: {} },
  { plugin: middlewarePlugin, options: {} },
]
const ROUTER = 'traefik.http.routers.web'
const MIDDLEWARE = 'traefik.http.middlewares.m'
const SERVICE = 'traefik.http.services.web.loadbalancer'

/** Where labels have secrets, well written and badly. */
const PLACES: Readonly<Record<string, (secret: string) => Readonly<Record<string, string>>>> = {
  'users of basicAuth': (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:$apr1$${secret}$${secret}` }),
  'users of basicAuth, not hashed': (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:${secret}` }),
  'users of basicAuth, misspelt': (secret) => ({ [`${MIDDLEWARE}.basicauth.user`]: `ann:${secret}` }),
  'users of basicAuth, in the key': (secret) => ({ [`${MIDDLEWARE}.basicauth.users: ann:$2y$05$${secret}`]: '' }),
  'users of digestAuth': (secret) => ({ [`${MIDDLEWARE}.digestauth.users`]: `ann:realm:${secret}` }),
  'a header that authorises': (secret) => ({
    [`${MIDDLEWARE}.headers.customrequestheaders.Authorization`]: `Bearer ${secret}`,
  }),
  'a header': (secret) => ({ [`${MIDDLEWARE}.headers.customrequestheaders.X-Any`]: secret }),
  'a header of answers': (secret) => ({ [`${MIDDLEWARE}.headers.customresponseheaders.X-Any`]: secret }),
  'a password in a URL': (secret) => ({ [`${MIDDLEWARE}.forwardauth.address`]: `http://ann:${secret}@127.0.11.2/` }),
  'a password of Redis': (secret) => ({
    [`${MIDDLEWARE}.ratelimit.average`]: '1',
    [`${MIDDLEWARE}.ratelimit.redis.endpoints`]: '127.0.11.2:6379',
    [`${MIDDLEWARE}.ratelimit.redis.password`]: secret,
  }),
  "a plugin's of Traefik": (secret) => ({ [`${MIDDLEWARE}.plugin.theirs.any`]: secret }),
  'a header in a rule': (secret) => ({ [`${ROUTER}.rule`]: `Host(\`a.org\`) && Header(\`X-Api-Key\`, \`${secret}\`)` }),
  'a token in a rule': (secret) => ({ [`${ROUTER}.rule`]: `Host(\`a.org\`) && Query(\`token\`, \`${secret}\`)` }),
  'a rule that is none': (secret) => ({ [`${ROUTER}.rule`]: `Header(\`X-Api-Key\`, \`${secret}\` && (` }),
  'a header of a health check': (secret) => ({
    [`${SERVICE}.healthcheck.path`]: '/',
    [`${SERVICE}.healthcheck.headers.X-Any`]: secret,
  }),
}

const container = (id: string, labels: Readonly<Record<string, string>>): Container =>
  sampleContainer({
    id,
    labels: {
      'traefik.enable': 'true',
      [`${ROUTER}.rule`]: 'Host(`a.org`)',
      [`${SERVICE}.server.port`]: '80',
      ...labels,
    },
  })

const snapshotOf = (...containers: readonly Container[]): Snapshot => ({
  listings: new Map([[2816, { network: 2816, daemon: '/docker-2816.sock', containers }]]),
  daemons: [],
  unknown: [],
  diagnostics: [],
})

/** Everything that comes out of a route server whose container is made anew with another secret, but for the document. */
async function everythingSaid(labels: (secret: string) => Readonly<Record<string, string>>): Promise<string> {
  let said = ''
  const output = { isJournal: false, write: (text: string) => (said += text) }
  const logs = (['text', 'json'] as const).map((logFormat) => createLog({ logLevel: 'debug', logFormat }, output))
  const tellers = logs.map(tellDiagnostics)
  const kept: KeptRevision[] = []
  const history = createHistory({
    keeper: { history: kept, keepRevision: (one) => void kept.push(one) },
    mask: maskSecrets,
  })
  const meter = createMeter()
  let snapshot = snapshotOf(container('a', labels('zQfirst0secret')))
  let changed = (): void => undefined
  const reconciler = reconcile({
    source: { read: () => snapshot, subscribe: (call) => ((changed = call), () => undefined) },
    kernel: createKernel(PLUGINS, SETTINGS),
    autoRoutes: true,
    settle: 0,
    startGrace: 0,
    life: { redeployGrace: 0, hold: 0, health: 'gate' },
    claimLapse: 60_000,
    tell(news) {
      meter.tell(news)
      for (const tell of tellers) tell(news)
    },
    changed(change) {
      history.add(change)
      for (const log of logs) narrate(change, log)
    },
  })
  try {
    snapshot = snapshotOf(container('b', labels('zQsecond0secret')))
    do {
      await new Promise((done) => setTimeout(done, 5))
      changed()
    } while (reconciler.view.routers().some(({ origins }) => origins[0]?.containerId === 'a'))
    const metrics = createExposition({
      meter,
      view: reconciler.view,
      networks: () => reconciler.served()?.networks ?? [],
      remarks: () => reconciler.remarks(),
      plugins: () => [],
      journals: () => ({}),
      version: '0.1.0',
    })
    const options = { history: () => history.revisions(), metrics }
    const apps = [createApp(reconciler.view, options), createControlApp({} as Control, { history: options.history })]
    const paths = [
      '/',
      '/health',
      '/routes.json',
      '/ports',
      '/openapi.json',
      '/metrics',
      '/history',
      '/diff?from=0',
      '/x',
    ]
    for (const app of apps) for (const path of paths) said += await (await app.request(path)).text()
    return said + JSON.stringify(kept)
  } finally {
    reconciler.close()
  }
}

test.each(Object.entries(PLACES))('%s: nothing but the route document says it', async (_, labels) => {
  const said = await everythingSaid(labels)
  expect(said).toContain('(container web)')
  expect(said).not.toMatch(/zQ(?:first|second)0secret/)
})
