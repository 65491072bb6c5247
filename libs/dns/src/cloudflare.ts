import ky, { HTTPError, TimeoutError, type KyInstance } from 'ky'
import { z } from 'zod'
import { DnsError, ZoneUnseen } from './dns-error.ts'
import { TTL, type AddressRecord } from './records.ts'

const record = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  content: z.string(),
  proxied: z.boolean().optional(),
  comment: z.string().nullish(),
})
/** A record as Cloudflare has it. */
export type CloudflareRecord = z.infer<typeof record>

const zone = z.object({ id: z.string(), name: z.string() })
const failures = z.object({ errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]) })
const answer = <T extends z.ZodType>(result: T) =>
  z.object({ result, result_info: z.object({ total_pages: z.number() }).partial().nullish() })

/** The part of Cloudflare's API that records need. Every call may throw a {@link DnsError}. */
export interface Cloudflare {
  /** The zone that a name is in. */
  zoneOf(name: string): Promise<{ readonly id: string; readonly name: string }>
  /** Every record of the zone, page by page. */
  records(zoneId: string): Promise<readonly CloudflareRecord[]>
  create(zoneId: string, wanted: AddressRecord, comment: string): Promise<void>
  correct(zoneId: string, id: string, wanted: AddressRecord, comment: string): Promise<void>
}

export interface CloudflareOptions {
  readonly token: string
  /** Another place than Cloudflare's own. */
  readonly baseUrl?: string
  /** Whose token it is, for messages. */
  readonly machine: string
}

const PAGE = 100

export function cloudflare({
  token,
  baseUrl = 'https://api.cloudflare.com/client/v4',
  machine,
}: CloudflareOptions): Cloudflare {
  const api: KyInstance = ky.create({
    prefixUrl: baseUrl,
    headers: { authorization: `Bearer ${token}` },
    timeout: 20_000,
    // Their limit is told by 429 and Retry-After; ky waits as long.
    retry: {
      limit: 4,
      methods: ['get', 'post', 'patch'],
      statusCodes: [429, 500, 502, 503, 504],
      backoffLimit: 10_000,
    },
  })

  async function call<T extends z.ZodType>(
    schema: T,
    what: string,
    request: Promise<Response>,
  ): Promise<z.infer<ReturnType<typeof answer<T>>>> {
    let response: unknown
    try {
      response = await (await request).json()
    } catch (error) {
      throw await failureOf(error, what, machine)
    }
    const parsed = answer(schema).safeParse(response)
    if (!parsed.success)
      throw new DnsError(`Cloudflare's answer to "${what}" isn't what it should be. Is ${baseUrl} its API?`)
    return parsed.data
  }

  return {
    async zoneOf(name) {
      const labels = name.replace(/^\*\./, '').split('.')
      for (let from = 0; from < labels.length - 1; from += 1) {
        const candidate = labels.slice(from).join('.')
        const { result } = await call(
          z.array(zone),
          'list zones',
          api.get('zones', { searchParams: { name: candidate } }),
        )
        if (result[0]) return result[0]
      }
      throw new ZoneUnseen(
        `The token of ${machine} sees no zone for ${name} at Cloudflare: the domain isn't there, or the token is for another zone. ` +
          `Make one for it with the permission Zone:DNS:Edit, and keep it: rdc context set-infra ${machine} --cf-dns-token-file FILE`,
      )
    },
    async records(zoneId) {
      const all: CloudflareRecord[] = []
      for (let page = 1; ; page += 1) {
        const { result, result_info } = await call(
          z.array(record),
          'list records',
          api.get(`zones/${zoneId}/dns_records`, { searchParams: { per_page: PAGE, page } }),
        )
        all.push(...result)
        if (result.length === 0 || page >= (result_info?.total_pages ?? 1)) return all
      }
    },
    async create(zoneId, wanted, comment) {
      await call(
        record,
        `create ${wanted.name}`,
        api.post(`zones/${zoneId}/dns_records`, { json: { ...wanted, ttl: TTL, proxied: false, comment } }),
      )
    },
    async correct(zoneId, id, wanted, comment) {
      await call(
        record,
        `change ${wanted.name}`,
        api.patch(`zones/${zoneId}/dns_records/${id}`, { json: { ...wanted, ttl: TTL, comment } }),
      )
    },
  }
}

/** Cloudflare's error codes, and what each means here. */
const CAUSES: Readonly<Record<number, (machine: string) => string>> = {
  1000: invalidToken,
  6003: invalidToken,
  9106: invalidToken,
  9109: invalidToken,
  10000: (machine) =>
    `The token of ${machine} may not do that: it needs the permission Zone:DNS:Edit for this zone. ` +
    `Give it that at Cloudflare, or keep another one: rdc context set-infra ${machine} --cf-dns-token-file FILE`,
}

function invalidToken(machine: string): string {
  return `Cloudflare doesn't know the token of ${machine}: it is mistyped, expired or revoked. Keep a new one: rdc context set-infra ${machine} --cf-dns-token-file FILE`
}

async function failureOf(error: unknown, what: string, machine: string): Promise<DnsError> {
  if (error instanceof TimeoutError)
    return new DnsError(`Cloudflare didn't answer "${what}" in time. Nothing more was changed; try again.`)
  if (!(error instanceof HTTPError))
    return new DnsError(`Cloudflare can't be reached ("${what}"): ${causeOf(error)}.`, { cause: error })
  const { status } = error.response
  if (status === 429)
    return new DnsError(`Cloudflare's rate limit is used up. Nothing more was changed; try again in a few minutes.`)
  if (status >= 500)
    return new DnsError(`Cloudflare fails at "${what}" (${status}). Nothing more was changed; try again later.`)
  const said = failures.safeParse(await error.response.json().catch(() => undefined))
  const errors = said.success ? said.data.errors : []
  for (const { code } of errors) {
    const sentence = CAUSES[code]?.(machine)
    if (sentence !== undefined) return new DnsError(sentence)
  }
  return new DnsError(
    `Cloudflare refuses "${what}" (${status}): ${errors.map(({ code, message }) => `${message} (${code})`).join('; ') || 'without a reason'}.`,
  )
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? cause.message : message
}
