import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Resolver } from 'node:dns/promises'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { decode, encode, RECURSION_DESIRED, streamDecode, streamEncode, type Packet } from 'dns-packet'
import { PROXY_ADDRESSES } from './answers.ts'
import { startCloudflare, type Cloudflare } from './cloudflare.ts'

describe("Cloudflare's stand-in", () => {
  let cloudflare: Cloudflare
  beforeAll(async () => {
    cloudflare = await startCloudflare({
      zones: ['example.com', 'example.org'],
      tokens: {
        'good-token': { rights: 'edit' },
        'read-token': { rights: 'read' },
        'org-token': { rights: 'edit', zones: ['example.org'] },
        'old-token': { rights: 'edit', status: 'expired' },
      },
    })
  })
  afterAll(() => cloudflare.close())

  interface Said {
    status: number
    code?: number
    result: unknown
    info?: unknown
    after: string | null
  }

  const ask = async (method: string, path: string, body?: unknown, token = cloudflare.token): Promise<Said> => {
    const authorization = `Bearer ${token}`
    const response = await fetch(cloudflare.url + path, {
      method,
      headers: { authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const { errors, result, result_info: info } = (await response.json()) as Record<string, unknown>
    const code = (errors as { code: number }[])[0]?.code
    const after = response.headers.get('retry-after')
    return { status: response.status, ...(code === undefined ? {} : { code }), result, info, after }
  }
  const zoneId = async (name: string): Promise<string> => {
    const { result } = await ask('GET', `/zones?name=${name}`)
    return (result as { id: string }[])[0]?.id ?? ''
  }

  test('keeps records: made, listed in pages and by field, changed, deleted', async () => {
    const path = `/zones/${await zoneId('example.com')}/dns_records`
    const record = { type: 'A', name: 'App.example.com', content: '203.0.113.50', comment: 'by rdc' }
    const made = await ask('POST', path, record)
    expect(made).toMatchObject({ status: 200, result: { name: 'app.example.com', ttl: 1, proxied: false } })
    const { id } = made.result as { id: string }
    expect(await ask('POST', path, record)).toMatchObject({ status: 400, code: 81058 })
    expect(await ask('POST', path, { ...record, comment: '' })).toMatchObject({ status: 400, code: 81057 })
    expect(await ask('POST', path, { ...record, type: 'CNAME' })).toMatchObject({ status: 400, code: 81053 })
    expect(await ask('POST', path, { ...record, content: '::1' })).toMatchObject({ status: 400, code: 1004 })
    expect(await ask('POST', path, { ...record, name: 'example.net' })).toMatchObject({ status: 400, code: 1004 })
    await ask('POST', path, { ...record, type: 'AAAA', content: '2001:db8::1' })
    expect(await ask('GET', `${path}?per_page=1&page=2`)).toMatchObject({
      result: [{ type: 'AAAA' }],
      info: { page: 2, per_page: 1, count: 1, total_count: 2, total_pages: 2 },
    })
    expect(await ask('GET', `${path}?type=A&name=app.example.com`)).toMatchObject({ result: [{ id }] })
    expect(await ask('PATCH', `${path}/${id}`, { content: '203.0.113.51' })).toMatchObject({
      result: { id, comment: 'by rdc' },
    })
    expect(await ask('DELETE', `${path}/${id}`)).toMatchObject({ status: 200, result: { id } })
    expect(await ask('DELETE', `${path}/${id}`)).toMatchObject({ status: 404, code: 81044 })
    expect(cloudflare.records('example.com')).toMatchObject([{ type: 'AAAA', comment: 'by rdc' }])
    expect(cloudflare.calls().at(-1)).toEqual({ method: 'DELETE', path: `${path}/${id}`, status: 404 })
  })

  test('refuses as Cloudflare does', async () => {
    const path = `/zones/${await zoneId('example.com')}/dns_records`
    const record = { type: 'TXT', name: 'x.example.com', content: '"x"' }
    expect(await ask('GET', '/user/tokens/verify', undefined, 'bad')).toMatchObject({ status: 401, code: 1000 })
    expect(await ask('GET', '/user/tokens/verify')).toMatchObject({ status: 200, result: { status: 'active' } })
    expect(await ask('GET', '/user/tokens/verify', undefined, 'old-token')).toMatchObject({
      result: { status: 'expired' },
    })
    expect(await ask('GET', '/zones', undefined, 'bad')).toMatchObject({ status: 403, code: 9109 })
    expect(await ask('POST', path, record, 'read-token')).toMatchObject({ status: 403, code: 10000 })
    expect(await ask('GET', path, undefined, 'org-token')).toMatchObject({ status: 403, code: 10000 })
    expect(await ask('GET', '/zones?name=example.com', undefined, 'org-token')).toMatchObject({
      status: 200,
      result: [],
    })
    expect(await ask('GET', '/zones/0/dns_records')).toMatchObject({ status: 404, code: 7003 })
    expect((await fetch(`${cloudflare.url}/zones`)).status).toBe(400)

    Object.assign(cloudflare.faults, { rateLimited: 1, retryAfter: 7 })
    expect(await ask('GET', '/zones')).toMatchObject({ status: 429, after: '7' })
    expect((await ask('GET', '/zones')).status).toBe(200)
    cloudflare.faults.broken = '500'
    expect((await ask('GET', '/zones')).status).toBe(500)
    cloudflare.faults.broken = 'garbage'
    await expect(ask('GET', '/zones')).rejects.toThrow('JSON')
    cloudflare.faults.broken = 'hang'
    await expect(fetch(`${cloudflare.url}/zones`, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout')
    delete cloudflare.faults.broken
  })

  describe('in DNS', () => {
    beforeAll(() => {
      const { add } = cloudflare
      add({ type: 'A', name: '*.example.org', content: '203.0.113.50' })
      add({ type: 'A', name: 'own.example.org', content: '203.0.113.51' })
      add({ type: 'A', name: 'deep.below.example.org', content: '203.0.113.52' })
      add({ type: 'CNAME', name: 'alias.example.org', content: 'own.example.org' })
      add({ type: 'A', name: 'proxied.example.org', content: '203.0.113.50', proxied: true })
      add({ type: 'TXT', name: '_acme-challenge.example.org', content: '"a value"' })
      add({ type: 'CAA', name: 'example.org', content: '0 issue "letsencrypt.org"' })
      add({ type: 'MX', name: 'example.org', content: 'mail.example.org', priority: 5 })
    })
    beforeEach(() => {
      cloudflare.dns.nameServer.setFault(undefined)
      cloudflare.dns.resolver.setFault(undefined)
    })

    const told = (role: 'nameServer' | 'resolver' = 'nameServer'): Resolver => {
      const resolver = new Resolver({ timeout: 300, tries: 1 })
      resolver.setServers([`127.0.0.1:${cloudflare[role].port}`])
      return resolver
    }

    test.each([
      ['own.example.org', 'A', ['203.0.113.51']],
      ['Any.Example.org', 'A', ['203.0.113.50']],
      ['a.b.example.org', 'A', ['203.0.113.50']],
      ['alias.example.org', 'A', ['203.0.113.51']],
      ['proxied.example.org', 'A', [PROXY_ADDRESSES[0]]],
      ['proxied.example.org', 'AAAA', [PROXY_ADDRESSES[1]]],
      ['_acme-challenge.example.org', 'TXT', [['a value']]],
      ['example.org', 'CAA', [{ critical: 0, issue: 'letsencrypt.org' }]],
      ['example.org', 'MX', [{ exchange: 'mail.example.org', priority: 5 }]],
      ['example.org', 'NS', ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com']],
      ['example.org', 'SOA', expect.objectContaining({ nsname: 'ada.ns.cloudflare.com' })],
    ])('%s has %s', async (name, type, expected) => {
      expect(await told().resolve(name, type)).toEqual(expected)
    })

    test.each([
      ['own.example.org', 'AAAA', 'ENODATA'],
      ['below.example.org', 'A', 'ENODATA'],
      ['other.below.example.org', 'A', 'ENOTFOUND'],
      ['missing.example.com', 'A', 'ENOTFOUND'],
      ['example.net', 'A', 'EREFUSED'],
    ])('%s has no %s', async (name, type, code) => {
      await expect(told().resolve(name, type)).rejects.toMatchObject({ code })
    })

    test('the resolver knows of elsewhere; both can fail', async () => {
      expect(await told('resolver').resolve4('ada.ns.cloudflare.com')).toEqual(['198.51.100.53'])
      await expect(told('resolver').resolve4('example.net')).rejects.toMatchObject({ code: 'ENOTFOUND' })
      const { nameServer, resolver } = cloudflare.dns
      resolver.setFault('stale')
      cloudflare.add({ type: 'A', name: 'new.below.example.org', content: '203.0.113.53' })
      await expect(told('resolver').resolve4('new.below.example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' })
      expect(await told().resolve4('new.below.example.org')).toEqual(['203.0.113.53'])
      expect(nameServer.queries()).toEqual(['A new.below.example.org'])
      nameServer.setFault('SERVFAIL')
      await expect(told().resolve4('own.example.org')).rejects.toMatchObject({ code: 'ESERVFAIL' })
      nameServer.setFault('silent')
      await expect(told().resolve4('own.example.org')).rejects.toMatchObject({ code: 'ETIMEOUT' })
    })

    test('what is long comes by TCP alone; a question keeps its spelling', async () => {
      for (let n = 0; n < 40; n += 1)
        cloudflare.add({ type: 'TXT', name: 'long.example.org', content: `"${n}${'x'.repeat(60)}"` })
      const questions = [{ type: 'TXT', name: 'LONG.example.org' }] as const
      const query: Packet = { type: 'query', id: 7, flags: RECURSION_DESIRED, questions: [...questions] }
      const datagrams = createSocket('udp4')
      datagrams.send(encode(query), cloudflare.nameServer.port, '127.0.0.1')
      const [short] = (await once(datagrams, 'message')) as [Buffer]
      datagrams.close()
      expect(decode(short)).toMatchObject({ id: 7, flag_tc: true, flag_aa: true, flag_rd: true, answers: [] })
      const connection = connect(cloudflare.nameServer.port, '127.0.0.1')
      connection.write(streamEncode(query))
      let received = Buffer.alloc(0)
      for await (const chunk of connection as AsyncIterable<Buffer>) {
        received = Buffer.concat([received, chunk])
        if (received.length >= 2 + received.readUInt16BE()) break
      }
      const { answers = [], flag_tc } = streamDecode(received) as Packet & { flag_tc: boolean }
      expect({ flag_tc, count: answers.length, name: answers[0]?.name }).toEqual({
        flag_tc: false,
        count: 40,
        name: 'LONG.example.org',
      })
    })
  })
})
