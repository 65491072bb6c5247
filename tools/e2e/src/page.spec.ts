import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import {
  addressOf,
  describeReal,
  eventually,
  httpGet,
  tcpExchange,
  type RealDaemon,
  type RealTraefik,
  type TraefikElement,
} from '@route-server/testbed'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'

jest.setTimeout(60_000)

describeReal("the examples of the user's documentation", () => {
  let machine: Machine
  let traefik: RealTraefik
  let daemon: RealDaemon
  let id: number

  beforeAll(async () => {
    machine = await startMachine()
    ;({ traefik } = machine)
    daemon = machine.daemons[0]
    id = daemon.networkId
  })

  afterAll(() => machine.close())

  /** Takes everything away, so that examples with the same host don't meet. */
  const remove = async (...names: string[]): Promise<void> => {
    await Promise.all(names.map((name) => daemon.remove(name)))
    await traefik.waitFor(({ routers = {}, tcpRouters = {} }) => ours({ ...routers, ...tcpRouters }).length === 0)
  }

  test('myapp is reachable under its own host, over IPv6 as well, and the database beside it is internal', async () => {
    await deploy(daemon, {
      name: 'myapp',
      listen: { http: 8080 },
      labels: [...routed('myapp', 8080), ...secure('myapp')],
    })
    await deploy(daemon, { name: 'database', slot: 1, listen: { tcp: 5432 }, expose: ['5432/tcp'] })
    const { json } = await machine.askUntil('app.example.com')
    expect(json).toMatchObject({ name: `myapp-${id}`, host: 'app.example.com' })
    if (hasEntryPoint(traefik, 'websecure-v6')) {
      const question = { entryPoint: traefik.entryPoint('websecure-v6'), host: 'app.example.com' }
      await eventually(async () => expect((await httpGet(question)).json?.name).toBe(`myapp-${id}`))
    }
    expect((await machine.ask(autoHost('myapp', daemon))).status).toBe(404)
    expect((await machine.ask(autoHost('database', daemon))).status).toBe(404)

    const routers = (await traefik.api('/api/http/routers')) as Router[]
    const router = routers.find(({ name, entryPoints }) => isOf(name, 'myapp') && entryPoints.includes('websecure'))
    expect(router).toMatchObject({
      rule: 'Host(`app.example.com`)',
      tls: { certResolver: 'letsencrypt' },
      service: `myapp-${id}`,
    })
    expect(await serversOf(traefik, `myapp-${id}`)).toEqual([`http://${addressOf(id, 0)}:8080`])
    await remove('myapp', 'database')
  })

  test('mail: SMTP greets first, and IMAPS arrives with the TLS of the mail server itself', async () => {
    await deploy(daemon, {
      name: 'mail-server',
      listen: { tcp: 25, tls: 993 },
      labels: [
        'traefik.enable=true',
        'traefik.tcp.routers.mail-smtp.entrypoints=tcp-25',
        'traefik.tcp.routers.mail-smtp.rule=HostSNI(`*`)',
        'traefik.tcp.routers.mail-smtp.service=mail-smtp',
        'traefik.tcp.services.mail-smtp.loadbalancer.server.port=25',
        'traefik.tcp.routers.mail-imaps.entrypoints=tcp-993',
        'traefik.tcp.routers.mail-imaps.rule=HostSNI(`mail.example.com`)',
        'traefik.tcp.routers.mail-imaps.tls.passthrough=true',
        'traefik.tcp.routers.mail-imaps.service=mail-imaps',
        'traefik.tcp.services.mail-imaps.loadbalancer.server.port=993',
      ],
    })
    const { tcpRouters = {} } = await traefik.waitFor(({ tcpRouters = {} }) => ours(tcpRouters).length === 2)
    expect(Object.keys(tcpRouters).sort()).toEqual([`mail-imaps-${id}@http`, `mail-smtp-${id}@http`])

    const smtp = { entryPoint: traefik.entryPoint('tcp-25') }
    await eventually(async () => expect(await tcpExchange(smtp)).toEqual({ text: `hello mail-server-${id}\n` }))
    const imaps = {
      entryPoint: traefik.entryPoint('tcp-993'),
      tls: { servername: 'mail.example.com' },
      send: 'a1 noop',
    }
    expect(await tcpExchange(imaps)).toEqual({
      text: `hello mail-server-${id}\nmail-server-${id} a1 noop\n`,
      certificate: 'echo upstream',
    })
    await remove('mail-server')
  })

  test('middlewares: HSTS headers are seen, and a body beyond the limit is refused', async () => {
    await deploy(daemon, {
      name: 'myapp',
      listen: { http: 8080 },
      labels: [
        ...routed('myapp', 8080),
        ...hsts('myapp'),
        'traefik.http.middlewares.myapp-hsts.headers.stsPreload=true',
        'traefik.http.middlewares.myapp-buffering.buffering.maxRequestBodyBytes=536870912',
        'traefik.http.routers.myapp.middlewares=myapp-hsts,myapp-buffering',
      ],
    })
    const { headers } = await machine.askUntil('app.example.com')
    expect(headers['strict-transport-security']).toBe('max-age=15768000; includeSubDomains; preload')

    const post = { method: 'POST', body: 'x'.repeat(100_000) }
    expect(await machine.ask('app.example.com', post)).toMatchObject({ status: 200, json: { length: 100_000 } })
    // Refused by its announced length, before a byte of it is sent.
    const huge = { method: 'POST', headers: { 'content-length': '536870913' } }
    const refused = await machine.ask('app.example.com', huge)
    expect(refused.status).toBe(413)
    expect(refused.headers['strict-transport-security']).toBe('max-age=15768000; includeSubDomains; preload')

    const routers = (await traefik.api('/api/http/routers')) as Router[]
    expect(routers.find(({ name }) => isOf(name, 'myapp'))?.middlewares).toEqual([
      `myapp-hsts-${id}@http`,
      `myapp-buffering-${id}@http`,
    ])
    await remove('myapp')
  })

  test('a body of the allowed length passes, one byte more does not', async () => {
    await deploy(daemon, {
      name: 'upload',
      listen: { http: 8080 },
      labels: [
        'traefik.enable=true',
        'traefik.http.routers.upload.rule=Host(`upload.example.com`)',
        'traefik.http.routers.upload.middlewares=limit',
        'traefik.http.middlewares.limit.buffering.maxRequestBodyBytes=5000',
      ],
      expose: ['8080/tcp'],
    })
    await machine.askUntil('upload.example.com')
    const post = async (length: number): Promise<number> =>
      (await machine.ask('upload.example.com', { method: 'POST', body: 'x'.repeat(length) })).status
    expect([await post(5000), await post(5001)]).toEqual([200, 413])
    await remove('upload')
  })

  test('the complete example: webapp is live with HSTS, and nothing of postgres is routed', async () => {
    await deploy(daemon, {
      name: 'webapp',
      listen: { http: 3000 },
      labels: [
        ...routed('webapp', 3000),
        ...secure('webapp'),
        ...hsts('webapp'),
        'traefik.http.routers.webapp.middlewares=webapp-hsts',
      ],
    })
    await deploy(daemon, { name: 'postgres', slot: 1, listen: { tcp: 5432 }, expose: ['5432/tcp'] })
    const { json, headers } = await machine.askUntil('app.example.com')
    expect(json?.name).toBe(`webapp-${id}`)
    expect(headers['strict-transport-security']).toBe('max-age=15768000; includeSubDomains')

    const plain = { entryPoint: traefik.entryPoint('web'), tls: false }
    const redirected = await machine.ask('app.example.com', { ...plain, path: '/login' })
    expect(redirected.headers.location).toMatch(/^https:\/\/app\.example\.com(:\d+)?\/login$/)

    expect((await machine.ask(autoHost('postgres', daemon))).status).toBe(404)
    expect(JSON.stringify(await traefik.api('/api/rawdata'))).not.toContain('postgres')
    const { diagnostics } = JSON.parse((await machine.routeServer.get('/routes.json?container=postgres')).body) as {
      diagnostics: { message: string }[]
    }
    expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('5432 (PostgreSQL)')])
    await remove('webapp', 'postgres')
  })
})

/** The labels that the documentation gives every service with a host of its own … */
const routed = (name: string, port: number): string[] => [
  'traefik.enable=true',
  `traefik.http.routers.${name}.rule=Host(\`app.example.com\`)`,
  `traefik.http.services.${name}.loadbalancer.server.port=${port}`,
]

/** … where it writes out what is so by default … */
const secure = (name: string): string[] => [
  `traefik.http.routers.${name}.entrypoints=websecure,websecure-v6`,
  `traefik.http.routers.${name}.tls.certresolver=letsencrypt`,
]

/** … and where browsers are to keep to HTTPS. */
const hsts = (name: string): string[] => [
  `traefik.http.middlewares.${name}-hsts.headers.stsSeconds=15768000`,
  `traefik.http.middlewares.${name}-hsts.headers.stsIncludeSubdomains=true`,
]

/** As `/api/http/routers` lists it; on an entry point with defaults under that one's name, `websecure-web-2816@http`. */
interface Router {
  name: string
  entryPoints: string[]
  middlewares?: string[]
}

const isOf = (router: string, name: string): boolean =>
  new RegExp(`^(websecure(-v6)?-)?${name}-\\d+@http$`).test(router)

/** The routers that come from the document, not Traefik's own. */
const ours = (routers: Readonly<Record<string, TraefikElement>>): string[] =>
  Object.keys(routers).filter((name) => name.endsWith('@http'))

async function serversOf(traefik: RealTraefik, service: string): Promise<string[]> {
  const { loadBalancer } = (await traefik.api(`/api/http/services/${service}@http`)) as {
    loadBalancer: { servers: { url: string }[] }
  }
  return loadBalancer.servers.map(({ url }) => url)
}

function hasEntryPoint(traefik: RealTraefik, name: string): boolean {
  try {
    traefik.entryPoint(name)
    return true
  } catch {
    return false
  }
}
