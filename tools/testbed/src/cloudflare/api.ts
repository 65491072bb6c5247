import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'
import { text } from 'node:stream/consumers'
import { newRecord, type DnsRecord, type NewRecord, type Zone } from './zones.ts'

/** What a token may do. */
export interface TokenRights {
  /** `edit`: Zone:Zone:Read and Zone:DNS:Edit; `read`: Zone:DNS:Read instead; `none`: neither. */
  rights: 'edit' | 'read' | 'none'
  /** The zones it is for; all of them unless told. */
  zones?: readonly string[]
  status?: 'active' | 'disabled' | 'expired'
}

/** What is wrong with the API, for as long as it is set. */
export interface ApiFaults {
  /** So many further calls are answered 429. */
  rateLimited?: number
  /** With 429: `Retry-After`, in seconds; 1 unless told. */
  retryAfter?: number
  /** Every call fails: `500` is Cloudflare's own failure, `garbage` a page that isn't JSON, `hang` no answer at all. */
  broken?: '500' | 'garbage' | 'hang'
  /** No page of a list is longer. */
  largestPage?: number
}

/** What the API works on. */
export interface Account {
  readonly zones: readonly Zone[]
  readonly tokens: Map<string, TokenRights>
  readonly nameServers: readonly string[]
  readonly faults: ApiFaults
}

/** One call that came, and how it was answered; 0: not at all. */
export interface ApiCall {
  readonly method: string
  /** With its query, after `/client/v4`. */
  readonly path: string
  readonly status: number
}

interface Reply {
  status: number
  result: unknown
  errors: readonly { code: number; message: string; error_chain?: unknown }[]
  page?: unknown
  headers?: Record<string, string>
}

interface Call {
  method: string
  url: URL
  body: Partial<DnsRecord>
}

const PREFIX = '/client/v4'

const done = (result: unknown, page?: unknown): Reply => ({ status: 200, result, errors: [], page })
const refused = (status: number, code: number, message: string, chain?: unknown): Reply => ({
  status,
  result: null,
  errors: [{ code, message, ...(chain === undefined ? {} : { error_chain: chain }) }],
})

/** Answers the calls that rdc and Traefik make, as Cloudflare does, and reports each. */
export async function answerCall(
  account: Account,
  request: IncomingMessage,
  response: ServerResponse,
  report: (call: ApiCall) => void,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://api')
  const body = await text(request)
  const { method = 'GET' } = request
  const path = (url.pathname + url.search).replace(PREFIX, '')
  const { faults } = account
  if (faults.broken === 'hang') {
    report({ method, path, status: 0 })
    return
  }
  if (faults.broken === 'garbage') {
    report({ method, path, status: 502 })
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>')
    return
  }
  const { status, result, errors, page, headers } = replyTo(account, request.headers.authorization, method, url, body)
  report({ method, path, status })
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  const info = page === undefined ? {} : { result_info: page }
  response.end(JSON.stringify({ success: status < 300, errors, messages: [], result, ...info }))
}

function replyTo(account: Account, header: string | undefined, method: string, url: URL, text: string): Reply {
  const { faults } = account
  if (faults.broken === '500') return refused(500, 10013, 'An unknown error has occurred.')
  if ((faults.rateLimited ?? 0) > 0) {
    faults.rateLimited = (faults.rateLimited ?? 0) - 1
    const reply = refused(429, 971, 'Please wait and consider throttling your request speed')
    return { ...reply, headers: { 'retry-after': `${faults.retryAfter ?? 1}` } }
  }
  if (header === undefined) return refused(400, 9106, 'Missing X-Auth-Key, X-Auth-Email or Authorization headers')
  const [, token] = /^Bearer ([\w-]+)$/.exec(header) ?? []
  if (token === undefined) {
    const chain = [{ code: 6111, message: 'Invalid format for Authorization header' }]
    return refused(400, 6003, 'Invalid request headers', chain)
  }
  const path = url.pathname.slice(PREFIX.length)
  const rights = account.tokens.get(token)
  if (path === '/user/tokens/verify') return verified(rights)
  if (rights === undefined || (rights.status ?? 'active') !== 'active')
    return refused(403, 9109, 'Invalid access token')
  let body: Partial<DnsRecord> = {}
  try {
    if (text !== '') body = JSON.parse(text) as Partial<DnsRecord>
  } catch {
    return refused(400, 9207, 'Request body is invalid.')
  }
  return inZones(account, rights, path, { method, url, body })
}

function verified(rights: TokenRights | undefined): Reply {
  if (rights === undefined) return refused(401, 1000, 'Invalid API Token')
  return done({ id: 'ed17574386854bf78a67040be0a770b0', status: rights.status ?? 'active' })
}

function inZones(account: Account, rights: TokenRights, path: string, call: Call): Reply {
  const visible =
    rights.rights === 'none' ? [] : account.zones.filter(({ name }) => rights.zones?.includes(name) ?? true)
  const [, id, isRecords, recordId] = /^\/zones(?:\/(\w+)(?:(\/dns_records)(?:\/(\w+))?)?)?$/.exec(path) ?? []
  if (!path.startsWith('/zones') || (id === undefined && path !== '/zones'))
    return refused(400, 7000, 'No route for that URI')
  const described = (zone: Zone): unknown => {
    const { id, name } = zone
    const permissions = ['#zone:read', '#dns_records:read', ...(rights.rights === 'edit' ? ['#dns_records:edit'] : [])]
    return { id, name, status: 'active', paused: false, type: 'full', name_servers: account.nameServers, permissions }
  }
  if (id === undefined) {
    const wanted = call.url.searchParams.get('name')
    const found = visible.filter(({ name }) => wanted === null || name === wanted)
    return listed(found.map(described), call.url, account.faults, 20)
  }
  const zone = account.zones.find((zone) => zone.id === id)
  if (zone === undefined)
    return refused(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`)
  if (!visible.includes(zone)) return refused(403, 10000, 'Authentication error')
  if (isRecords === undefined) return done(described(zone))
  if (call.method !== 'GET' && rights.rights !== 'edit') return refused(403, 10000, 'Authentication error')
  return recordId === undefined ? ofRecords(zone, call, account.faults) : ofRecord(zone, recordId, call)
}

function ofRecords(zone: Zone, { method, url, body }: Call, faults: ApiFaults): Reply {
  if (method === 'GET') return listed(filtered(zone.records, url.searchParams), url, faults, 100)
  if (method !== 'POST') return refused(405, 10405, 'Method not allowed for this authentication scheme')
  return kept(zone, body, undefined)
}

function ofRecord(zone: Zone, id: string, { method, body }: Call): Reply {
  const present = zone.records.find((record) => record.id === id)
  if (present === undefined) return refused(404, 81044, 'Record does not exist.')
  switch (method) {
    case 'GET':
      return done(present)
    case 'PATCH':
      return kept(zone, { ...present, ...body, id }, present)
    case 'PUT':
      return kept(zone, { ...body, id }, present)
    case 'DELETE':
      zone.records = zone.records.filter((record) => record !== present)
      return done({ id })
    default:
      return refused(405, 10405, 'Method not allowed for this authentication scheme')
  }
}

/** Makes a record, or puts it in another's place. */
function kept(zone: Zone, body: Partial<DnsRecord>, present: DnsRecord | undefined): Reply {
  const problem = problemOf(body, zone)
  if (problem !== undefined) return refused(400, 1004, 'DNS Validation Error', [problem])
  const record = newRecord(body as NewRecord)
  const others = zone.records.filter((other) => other !== present && other.name === record.name)
  const same = others.find(({ type, content }) => type === record.type && content === record.content)
  if (same !== undefined) {
    const identical = same.ttl === record.ttl && same.proxied === record.proxied && same.comment === record.comment
    return identical
      ? refused(400, 81058, 'An identical record already exists.')
      : refused(400, 81057, 'The record already exists.')
  }
  const aliases = others.some(({ type }) => type === 'CNAME') ? ['A', 'AAAA', 'CNAME'] : []
  if (
    aliases.includes(record.type) ||
    (record.type === 'CNAME' && others.some(({ type }) => ['A', 'AAAA'].includes(type)))
  )
    return refused(400, 81053, 'An A, AAAA, or CNAME record with that host already exists.')
  const place = present === undefined ? zone.records.length : zone.records.indexOf(present)
  zone.records = [...zone.records.slice(0, place), record, ...zone.records.slice(place + (present ? 1 : 0))]
  return done(record)
}

const LONGEST_COMMENT = 100

function problemOf({ type, name, content, ttl = 1, comment }: Partial<DnsRecord>, zone: Zone): unknown {
  const problem = (code: number, message: string): unknown => ({ code, message })
  if (name === undefined || (name !== zone.name && !name.toLowerCase().endsWith(`.${zone.name}`)))
    return problem(9000, 'DNS name is invalid.')
  if (type === 'A' && !isIPv4(content ?? '')) return problem(9005, 'Content for A record must be a valid IPv4 address.')
  if (type === 'AAAA' && !isIPv6(content ?? ''))
    return problem(9006, 'Content for AAAA record must be a valid IPv6 address.')
  if (type === undefined || content === undefined || content === '') return problem(9002, 'DNS record is incomplete.')
  if (ttl !== 1 && (ttl < 60 || ttl > 86_400))
    return problem(9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.')
  if ((comment?.length ?? 0) > LONGEST_COMMENT)
    return problem(9214, `DNS record comment is longer than ${LONGEST_COMMENT} characters.`)
  return undefined
}

const FILTERS: Readonly<Record<string, (record: DnsRecord, value: string) => boolean>> = {
  name: ({ name }, value) => name === value.toLowerCase(),
  'name.exact': ({ name }, value) => name === value.toLowerCase(),
  type: ({ type }, value) => type === value,
  content: ({ content }, value) => content === value,
  'content.exact': ({ content }, value) => content === value,
  'comment.exact': ({ comment }, value) => comment === value,
  'comment.contains': ({ comment }, value) => comment?.includes(value) === true,
  'comment.startswith': ({ comment }, value) => comment?.startsWith(value) === true,
}

const filtered = (records: readonly DnsRecord[], query: URLSearchParams): DnsRecord[] =>
  records.filter((record) => [...query].every(([key, value]) => FILTERS[key]?.(record, value) ?? true))

function listed(all: readonly unknown[], url: URL, { largestPage = Infinity }: ApiFaults, usual: number): Reply {
  const page = Number(url.searchParams.get('page') ?? 1)
  const perPage = Math.min(Number(url.searchParams.get('per_page') ?? usual), largestPage)
  const result = all.slice((page - 1) * perPage, page * perPage)
  const totals = { total_count: all.length, total_pages: Math.max(1, Math.ceil(all.length / perPage)) }
  return done(result, { page, per_page: perPage, count: result.length, ...totals })
}
