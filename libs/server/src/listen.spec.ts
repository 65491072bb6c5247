import { afterEach, describe, expect, test } from '@jest/globals'
import { Hono } from 'hono'
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import type { RouteView } from '@route-server/kernel'
import { sampleView } from '@route-server/kernel/testing'
import { createApp, listen, type Listening } from './index.ts'

const open: { close(): Promise<void> | void }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const bytes = new TextEncoder().encode('http: {}\n')
const app = new Hono()
app.get('/bytes', () => new Response(bytes, { headers: { 'Content-Length': String(bytes.byteLength) } }))
app.get('/never', () => new Promise<Response>(() => undefined))

async function start(host = '127.0.0.1', port = 0): Promise<Listening> {
  const listening = await listen(app, { host, port })
  open.push(listening)
  return listening
}

async function send(url: string, method: string, agent?: Agent): Promise<IncomingMessage & { readonly text: string }> {
  const sent = request(url, { method, ...(agent ? { agent } : {}) }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return Object.assign(response, { text: await text(response) })
}

async function raw(address: string, message: string): Promise<string> {
  const socket: Socket = connect(Number(new URL(address).port), '127.0.0.1')
  open.push({ close: () => void socket.destroy() })
  socket.write(message)
  return text(socket)
}

describe('listening', () => {
  test('says the address and the port that it got', async () => {
    const { address } = await start()
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    expect(await send(`${address}/bytes`, 'GET')).toMatchObject({ statusCode: 200, text: 'http: {}\n' })
  })

  const hasV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
  ;(hasV6 ? test : test.skip)('puts an IPv6 address in brackets', async () => {
    expect((await start('::1')).address).toMatch(/^http:\/\/\[::1\]:[1-9]\d*$/)
  })

  test('HEAD has the length and no body, on a connection that stays usable', async () => {
    const { address } = await start()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    open.push({ close: () => agent.destroy() })
    const head = await send(`${address}/bytes`, 'HEAD', agent)
    expect([head.headers['content-length'], head.text]).toEqual(['9', ''])
    const get = await send(`${address}/bytes`, 'GET', agent)
    expect([get.text, get.socket === head.socket]).toEqual(['http: {}\n', true])
  })

  test("keeps connections longer than Traefik's poll interval", async () => {
    const { address } = await start()
    const agent = new Agent({ keepAlive: true })
    open.push({ close: () => agent.destroy() })
    expect((await send(`${address}/bytes`, 'GET', agent)).headers['keep-alive']).toBe('timeout=65')
  })

  test('a request that makes no sense gets a sentence', async () => {
    const { address } = await start()
    const answer = await raw(address, 'GET /bytes HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"code": "REQUEST_INVALID"')
  })

  test('a client without Host header, as HTTP/1.0 allows, is served', async () => {
    const { address } = await start()
    expect(await raw(address, 'GET /bytes HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [^]*http: \{\}\n$/)
  })
})

describe('a poll that comes while news is under way', () => {
  const documentOf = (rule: string): RouteView => {
    const parts = [Buffer.from(`http: {} # ${rule}\n`)]
    return sampleView({ document: () => ({ revision: 1, parts, length: parts[0]?.length ?? 0, changedAt: 0 }) })
  }

  async function serving(
    underWay: () => Promise<unknown> | undefined,
    view: RouteView,
    token?: string,
  ): Promise<string> {
    const app = createApp(view, token === undefined ? {} : { token })
    const listening = await listen(app, { host: '127.0.0.1', port: 0, view, underWay })
    open.push(listening)
    return `${listening.address}/routes.yaml`
  }

  const polled = async (underWay: () => Promise<unknown> | undefined, view: RouteView): Promise<string> =>
    (await send(await serving(underWay, view), 'GET')).text

  test('gets the document that has it', async () => {
    let rule = 'before'
    const view: RouteView = { ...sampleView(), document: () => documentOf(rule).document() }
    const news = async (): Promise<void> => {
      await new Promise((turn) => setImmediate(turn))
      rule = 'after'
    }
    expect(await polled(news, view)).toBe('http: {} # after\n')
  })

  test('gets the document as it is where the news takes long, or is none', async () => {
    const never = (): Promise<unknown> => new Promise(() => undefined)
    expect(await polled(never, documentOf('as it is'))).toBe('http: {} # as it is\n')
    expect(await polled(() => undefined, documentOf('as it is'))).toBe('http: {} # as it is\n')
  })

  test('is held only where it is one, of somebody who may have the document', async () => {
    let held = 0
    const underWay = (): undefined => void (held += 1)
    const address = await serving(underWay, sampleView())
    for (const method of ['HEAD', 'POST']) await send(address, method)
    await send(`${address}?x=1`, 'GET')
    expect((await send(await serving(underWay, sampleView(), 'secret'), 'GET')).statusCode).toBe(401)
    expect(held).toBe(0)
    await send(address, 'GET')
    expect(held).toBe(1)
  })
})

describe('closing', () => {
  test('ends although clients hold idle and busy connections, and frees the port', async () => {
    const listening = await listen(app, { host: '127.0.0.1', port: 0 })
    const agent = new Agent({ keepAlive: true })
    open.push({ close: () => agent.destroy() })
    await send(`${listening.address}/bytes`, 'GET', agent)
    const busy = request(`${listening.address}/never`).end()
    const cut = once(busy, 'error')
    await once(busy, 'finish')
    await listening.close()
    await cut
    const port = Number(new URL(listening.address).port)
    expect((await start('127.0.0.1', port)).address).toBe(listening.address)
  })
})

describe("an address that can't be had", () => {
  test('in use', async () => {
    const { port, host } = new URL((await start()).address)
    await expect(listen(app, { host: '127.0.0.1', port: Number(port) })).rejects.toThrow(
      `${host} is in use by another process; stop it or choose another address with --listen`,
    )
  })

  test('of another machine', async () => {
    await expect(listen(app, { host: '192.0.2.1', port: 7111 })).rejects.toThrow(
      "192.0.2.1:7111 isn't an address of this machine; choose one that is with --listen",
    )
  })
})

describe("Traefik's poll", () => {
  const view = sampleView()
  const ask = async (given: RouteView, direct: boolean, headers: Record<string, string> = {}) => {
    const listening = await listen(createApp(given), { host: '127.0.0.1', port: 0, ...(direct ? { view: given } : {}) })
    open.push(listening)
    const sent = request(`${listening.address}/routes.yaml`, { headers }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const body = await text(response)
    return { status: response.statusCode, headers: { ...response.headers, date: 'whenever' }, body }
  }

  test('is answered directly just as the app would', async () => {
    const document = view.document()
    const same = { ...view, document: () => document }
    expect(await ask(same, true)).toEqual(await ask(same, false))
    expect(await ask(same, true)).toMatchObject({ status: 200, body: 'http: {}\n' })
  })

  test('is told of when it is answered directly, too', async () => {
    const fetches: unknown[] = []
    const onFetch = (fetch: unknown): void => void fetches.push(fetch)
    const listening = await listen(createApp(view), { host: '127.0.0.1', port: 0, view, onFetch })
    open.push(listening)
    await text((await once(request(`${listening.address}/routes.yaml`).end(), 'response'))[0] as IncomingMessage)
    expect(fetches).toEqual([{ status: 200, revision: 1, agent: undefined }])
  })

  test('is left to the app while there is no document, and where a client asks for changes only', async () => {
    const waiting = { ...view, document: () => ({ waitingFor: ['The daemon has not been listed yet.'] }) }
    expect((await ask(waiting, true)).status).toBe(503)
    expect((await ask(view, true, { 'If-None-Match': '*' })).status).toBe(304)
  })
})
