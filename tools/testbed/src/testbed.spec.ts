import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, get, Agent, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  addressOf,
  countingProxy,
  describeReal,
  echoCheck,
  eventually,
  freshNetworkId,
  httpGet,
  makeTestDirectory,
  startDockerd,
  startTraefik,
  tcpExchange,
  udpExchange,
  type CountingProxy,
  type RealDaemon,
  type RealTraefik,
  type TestDirectory,
} from './index.ts'

describe('the addresses of a network', () => {
  test('follow from its ID', () => {
    expect(addressOf(2816, 0)).toBe('127.0.11.2')
    expect(addressOf(2880, 60)).toBe('127.0.11.126')
    expect(addressOf(0x7b_2d_40, 1)).toBe('127.123.45.67')
  })

  test('come from IDs that a server accepts and documents never name', () => {
    const ids = Array.from({ length: 1000 }, freshNetworkId)
    expect(ids.every((id) => id % 64 === 0 && id > 3000 && id < 2 ** 24)).toBe(true)
  })
})

describe('eventually', () => {
  test('tries until there is a result', async () => {
    let left = 3
    const attempt = (): string => {
      if (left-- > 0) throw new Error('not yet')
      return 'done'
    }
    await expect(eventually(attempt, { every: 1 })).resolves.toBe('done')
  })

  test('fails with the last failure', async () => {
    const attempt = (): never => {
      throw new Error('no route')
    }
    await expect(eventually(attempt, { deadline: 5, every: 1 })).rejects.toThrow('Still failing after 5 ms: no route')
  })
})

describe('the counting proxy', () => {
  const directory = makeTestDirectory()
  const target = `${directory.path}/daemon.sock`
  const listen = `${directory.path}/proxy.sock`
  const daemon = createServer(
    (request, response) => void request.resume().once('end', () => response.end('x'.repeat(1000))),
  )
  let proxy: CountingProxy

  beforeAll(async () => {
    daemon.listen(target)
    proxy = await countingProxy({ listen, target })
  })
  afterAll(async () => {
    await proxy.close()
    daemon.close()
    await directory.remove()
  })

  /** Resolves to how the answer ended: its status and length, or the error's code. */
  const ask = (options: { agent?: Agent; method?: string; body?: string } = {}): Promise<string> =>
    new Promise((resolve) => {
      const { agent = false, method = 'GET', body } = options
      const failed = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message)
      const call = get(
        { socketPath: listen, path: '/info?a=1', method, agent, signal: AbortSignal.timeout(300) },
        (response) => {
          let length = 0
          response.on('data', (chunk: Buffer) => (length += chunk.length)).on('error', failed)
          response.on('end', () => resolve(`${response.statusCode ?? 0} ${length}`))
        },
      )
      call.on('error', failed)
      if (body !== undefined) call.write(body)
      call.end()
    })

  test('counts requests on one kept connection, with and without bodies', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    proxy.reset()
    await ask({ agent })
    await ask({ agent, method: 'POST', body: 'GET /not-a-request HTTP/1.1\r\n\r\n' })
    await ask({ agent })
    expect(proxy.requests()).toEqual(['GET /info?a=1', 'POST /info?a=1', 'GET /info?a=1'])
    expect(proxy.connections()).toBe(1)
    expect(proxy.bytes().toClient).toBeGreaterThan(3000)
    agent.destroy()
  })

  test.each([
    ['pass', '200 1000'],
    ['slow:20', '200 1000'],
    ['hang', 'ABORT_ERR'],
    ['stall:300', 'ABORT_ERR'],
    ['cut:300', 'ECONNRESET'],
    ['refuse', 'EPIPE|ECONNRESET'],
    ['garbage', 'HPE_INVALID_CONSTANT'],
    ['http:500', '500 22'],
  ] as const)('in the mode %s answers so that a client sees %s', async (mode, seen) => {
    proxy.reset()
    proxy.setMode(mode)
    expect(await ask()).toMatch(new RegExp(`^(${seen})$`))
    proxy.setMode('pass')
  })
})

describeReal('the real parts', () => {
  let directory: TestDirectory
  const networkId = freshNetworkId()
  const address = addressOf(networkId, 0)
  const at = (port: number): { host: string; port: number } => ({ host: address, port })
  const ask = (path = '/'): ReturnType<typeof httpGet> =>
    httpGet({ entryPoint: at(8080), host: 'api.test', path, tls: false })
  const greeting = (): Promise<string> => tcpExchange({ entryPoint: at(7000), send: 'ping' }).then(({ text }) => text)
  const ping = (): ReturnType<typeof httpGet> =>
    httpGet({ entryPoint: at(8080), host: 'api.test', path: '/healthz', tls: false })
  let daemon: RealDaemon
  let traefik: RealTraefik
  let routes: Server

  beforeAll(async () => {
    directory = makeTestDirectory()
    daemon = await startDockerd({ directory: directory.path, networkId, liveRestore: true })
    await daemon.run({
      name: 'api',
      labels: { 'rediacc.service_name': 'api' },
      command: [
        `http=${address}:8080`,
        `tcp=${address}:7000`,
        `udp=${address}:7001`,
        `tls=${address}:993`,
        'name=api',
        'unhealthy=/flag',
      ],
      health: { command: echoCheck(`${address}:8080`), interval: 200 },
    })
    await eventually(ping)
  }, 60_000)

  afterAll(async () => {
    const left = (): string[] => processesNaming(directory.path)
    expect(left().length).toBeGreaterThan(0)
    await traefik.close()
    routes.close()
    await daemon.close()
    expect(readdirSync(directory.path)).toEqual(['traefik'])
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(directory.path)
    await eventually(() => expect(left()).toEqual([]))
    await directory.remove()
    expect(existsSync(directory.path)).toBe(false)
  }, 60_000)

  test('a container answers HTTP, TCP, TLS and UDP on its own address', async () => {
    const { status, json } = await httpGet({
      entryPoint: at(8080),
      host: 'api.test',
      path: '/a?b=c',
      tls: false,
      method: 'POST',
      body: 'x'.repeat(5000),
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({ name: 'api', method: 'POST', url: '/a?b=c', host: 'api.test', length: 5000 })
    expect(await greeting()).toBe('hello api\napi ping\n')
    expect(await udpExchange({ entryPoint: at(7001), payload: 'ping' })).toBe('api ping')
    const { certificate } = await tcpExchange({ entryPoint: at(993), tls: { servername: 'mail.test' } })
    expect(certificate).toBe('echo upstream')
  })

  test('health follows the flag file', async () => {
    const health = async (): Promise<string | undefined> => (await daemon.inspect('api')).State.Health?.Status
    await eventually(async () => expect(await health()).toBe('healthy'))
    await daemon.exec('api', ['node', '-e', 'fs.writeFileSync("/flag", "")'])
    expect((await ask('/healthz')).status).toBe(503)
    await eventually(async () => expect(await health()).toBe('unhealthy'))
    expect(await daemon.exec('api', ['node', '-p', 'fs.rmSync("/flag"); "gone"'])).toContain('gone')
    await eventually(async () => expect(await health()).toBe('healthy'))
  })

  test('a container stops, starts, pauses, is renamed and removed', async () => {
    const other = addressOf(networkId, 1)
    await daemon.run({ name: 'web', command: [`http=${other}:8080`], expose: ['8080/tcp'] })
    const status = async (): Promise<string> => (await daemon.inspect('web')).State.Status
    const web = { host: other, port: 8080 }
    await eventually(() => httpGet({ entryPoint: web, host: 'web.test', tls: false }))
    await daemon.stop('web')
    expect(await status()).toBe('exited')
    await daemon.start('web')
    await eventually(() => httpGet({ entryPoint: web, host: 'web.test', tls: false }))
    await daemon.restart('web')
    await daemon.pause('web')
    expect(await status()).toBe('paused')
    await daemon.unpause('web')
    await daemon.rename('web', 'shop')
    expect((await daemon.inspect('shop')).State.Status).toBe('running')
    await daemon.pause('shop')
    await daemon.remove('shop')
    await expect(daemon.inspect('shop')).rejects.toThrow('No such container: shop')
  })

  test('a frozen daemon answers when it is thawed, and its containers go on meanwhile', async () => {
    daemon.freeze()
    let answered = false
    const inspected = daemon.inspect('api').then(() => (answered = true))
    expect((await ask()).status).toBe(200)
    await sleep(100)
    expect(answered).toBe(false)
    daemon.thaw()
    await inspected
  })

  test('a killed daemon leaves its socket and its containers, and takes them up when it is back', async () => {
    const { State: before } = await daemon.inspect('api')
    await daemon.kill()
    expect(existsSync(daemon.socket)).toBe(true)
    await expect(daemon.inspect('api')).rejects.toThrow('ECONNREFUSED')
    expect((await ask()).status).toBe(200)
    await daemon.startDaemon()
    expect((await daemon.inspect('api')).State.Pid).toBe(before.Pid)
  })

  test('a daemon that stops in order takes its socket away; with live restore its containers go on', async () => {
    await daemon.stopDaemon()
    expect(existsSync(daemon.socket)).toBe(false)
    expect((await ask()).status).toBe(200)
    await daemon.startDaemon()
  })

  test('a killed daemon without live restore is closed with everything of it', async () => {
    const id = freshNetworkId()
    const second = await startDockerd({ directory: directory.path, networkId: id })
    await second.run({ name: 'api', command: [`http=${addressOf(id, 0)}:8080`] })
    const { State } = await second.inspect('api')
    await second.kill()
    expect(existsSync(`/proc/${State.Pid}`)).toBe(true)
    await second.close()
    await eventually(() => expect(existsSync(`/proc/${State.Pid}`)).toBe(false))
    expect(processesNaming(`daemon-${id}`)).toEqual([])
  }, 30_000)

  test('Traefik routes HTTP over TLS, TCP, TLS passed through, and UDP to it', async () => {
    let asked = ''
    routes = createServer((request, response) => {
      asked = `${request.url ?? ''} ${request.headers['x-token'] as string}`
      response.end(JSON.stringify(documentFor(address)))
    })
    const routesUrl = `${await listening(routes)}/routes.yaml`
    traefik = await startTraefik({ directory: directory.path, routesUrl, headers: { 'X-Token': 'secret' } })
    await traefik.waitFor(({ udpRouters, routers }) => routers?.['api@http'] !== undefined && udpRouters !== undefined)
    expect(asked).toBe('/routes.yaml secret')

    const websecure = traefik.entryPoint('websecure')
    const { status, json } = await httpGet({ entryPoint: websecure, host: 'api.test', path: '/x' })
    expect({ status, json }).toMatchObject({ status: 200, json: { name: 'api', url: '/x', host: 'api.test' } })
    expect((await httpGet({ entryPoint: websecure, host: 'other.test' })).status).toBe(404)
    const redirected = await httpGet({
      entryPoint: traefik.entryPoint('web'),
      host: 'api.test',
      path: '/x',
      tls: false,
    })
    expect(redirected.headers.location).toBe(`https://api.test:${websecure.port}/x`)

    const { text } = await tcpExchange({ entryPoint: traefik.entryPoint('tcp-5432'), send: 'ping' })
    expect(text).toBe('hello api\napi ping\n')
    const mail = { entryPoint: traefik.entryPoint('tcp-993'), tls: { servername: 'mail.test' } }
    expect(await tcpExchange(mail)).toEqual({ text: 'hello api\n', certificate: 'echo upstream' })
    expect((await tcpExchange({ ...mail, tls: { servername: 'other.test' }, send: '' })).certificate).toBe(
      'TRAEFIK DEFAULT CERT',
    )
    expect(await udpExchange({ entryPoint: traefik.entryPoint('udp-53'), payload: 'ping' })).toBe('api ping')
  }, 30_000)

  test("Traefik's lists come whole, and its routes are back after a restart", async () => {
    const further = Array.from({ length: 130 }, (_, n): [string, unknown] => [
      `r${n}`,
      { rule: `Host(\`r${n}.test\`)`, service: 'api', entryPoints: ['websecure'] },
    ])
    const { http, ...others } = documentFor(address)
    const many = JSON.stringify({
      http: { ...http, routers: { ...http.routers, ...Object.fromEntries<unknown>(further) } },
      ...others,
    })
    routes.removeAllListeners('request').on('request', (_, response) => response.end(many))
    await traefik.waitFor(({ routers }) => routers?.['r129@http'] !== undefined)
    const names = ((await traefik.api('/api/http/routers')) as { name: string }[]).map(({ name }) => name)
    expect(names).toContain('r129@http')
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThan(130)

    await traefik.kill()
    await traefik.restart()
    await traefik.waitFor(({ routers }) => routers?.['api@http'] !== undefined)
    expect((await httpGet({ entryPoint: traefik.entryPoint('websecure'), host: 'api.test' })).status).toBe(200)
    expect(traefik.log()).toContain('Traefik version 3.7.15')
  }, 30_000)
})

/** A route document with one of everything. */
function documentFor(address: string) {
  const servers = (port: number): { api: unknown } => ({
    api: { loadBalancer: { servers: [{ address: `${address}:${port}` }] } },
  })
  return {
    http: {
      routers: { api: { rule: 'Host(`api.test`)', service: 'api', entryPoints: ['websecure'] } },
      services: { api: { loadBalancer: { servers: [{ url: `http://${address}:8080` }] } } },
    },
    tcp: {
      routers: {
        api: { rule: 'HostSNI(`*`)', service: 'api', entryPoints: ['tcp-5432'] },
        mail: { rule: 'HostSNI(`mail.test`)', service: 'mail', entryPoints: ['tcp-993'], tls: { passthrough: true } },
      },
      services: { ...servers(7000), mail: servers(993).api },
    },
    udp: { routers: { api: { service: 'api', entryPoints: ['udp-53'] } }, services: servers(7001) },
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  return `http://127.0.0.1:${typeof bound === 'object' ? (bound?.port ?? 0) : 0}`
}

/** The command lines of the processes that mention `word`. */
function processesNaming(word: string): string[] {
  const commandLine = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(word))
}
