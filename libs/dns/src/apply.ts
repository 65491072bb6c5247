import type { Cloudflare, CloudflareRecord } from './cloudflare.ts'
import { ZoneUnseen, type DnsError } from './dns-error.ts'
import type { AddressRecord } from './records.ts'

/** What becomes of one record. */
export interface RecordStep {
  readonly record: AddressRecord
  readonly action: 'create' | 'correct' | 'none' | 'blocked'
  /** What is there now, or what is in the way and what to do. */
  readonly note?: string
  /** Where it is corrected. */
  readonly id?: string
}

export interface ZonePlan {
  readonly zone: { readonly id: string; readonly name: string }
  readonly steps: readonly RecordStep[]
  /** Records of ours that nothing needs any more. They stay. */
  readonly leftOver: readonly string[]
}

/** Marks records as ours, in their comment. */
export const markOf = (machine: string): string => `rediacc: ${machine}`

/**
 * What has to change at Cloudflare. Nothing has changed yet. Records of names that the token sees no zone for are blocked; the others
 * aren't held up by them.
 *
 * @throws {DnsError} where Cloudflare can't be asked, or the token sees none of the zones
 */
export async function planRecords(
  api: Cloudflare,
  machine: string,
  needed: readonly AddressRecord[],
): Promise<readonly ZonePlan[]> {
  const zones = new Map<string, { readonly zone: ZonePlan['zone']; readonly records: AddressRecord[] }>()
  const homeless = new Map<AddressRecord, DnsError>()
  for (const record of needed) {
    try {
      const known = [...zones.values()].find(({ zone }) => isIn(record.name, zone.name))
      const zone = known?.zone ?? (await api.zoneOf(record.name))
      const place = zones.get(zone.id) ?? { zone, records: [] }
      place.records.push(record)
      zones.set(zone.id, place)
    } catch (error) {
      if (!(error instanceof ZoneUnseen)) throw error
      homeless.set(record, error)
    }
  }
  const [first] = homeless.values()
  if (zones.size === 0 && first) throw first
  const plans = await Promise.all(
    [...zones.values()].map(async ({ zone, records }) => {
      const there = await api.records(zone.id)
      const mark = markOf(machine)
      return {
        zone,
        steps: records.map((record) => stepFor(record, there, mark)),
        leftOver: there
          .filter(
            ({ comment, name, type }) =>
              comment === mark && !records.some((one) => one.name === name && one.type === type),
          )
          .map(({ name, type, content }) => `${name} ${type} ${content}`),
      }
    }),
  )
  if (homeless.size === 0) return plans
  const steps = [...homeless].map(([record, { message }]): RecordStep => ({ record, action: 'blocked', note: message }))
  return [...plans, { zone: { id: '', name: 'none that the token sees' }, steps, leftOver: [] }]
}

const isIn = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`)

function stepFor(record: AddressRecord, there: readonly CloudflareRecord[], mark: string): RecordStep {
  const sameName = there.filter(({ name }) => name === record.name)
  const alias = sameName.find(({ type }) => type === 'CNAME')
  if (alias)
    return {
      record,
      action: 'blocked',
      note: `a CNAME to ${alias.content} is there, which isn't ours. Remove it, or point it to the machine.`,
    }
  const sameType = sameName.filter(({ type }) => type === record.type)
  const right = sameType.find(({ content }) => content.toLowerCase() === record.content.toLowerCase())
  if (right) return { record, action: 'none', ...(right.proxied === true && { note: PROXIED }) }
  const own = sameType.find(({ comment }) => comment === mark)
  if (own) return { record, action: 'correct', id: own.id, note: `was ${own.content}` }
  const other = sameType[0]
  if (other)
    return {
      record,
      action: 'blocked',
      note: `${other.content} is there, which isn't ours. Remove it at Cloudflare, then apply again.`,
    }
  return { record, action: 'create' }
}

const PROXIED =
  "Cloudflare's proxy stands before it: HTTPS goes through them, TCP and UDP ports don't reach the machine. Switch the proxy off for them."

/**
 * Creates and corrects what the plan says; never deletes. @returns how many records changed
 *
 * @throws {DnsError} at the first that fails; those before it are done, and `told` of
 */
export async function applyRecords(
  api: Cloudflare,
  machine: string,
  plans: readonly ZonePlan[],
  told: (step: RecordStep) => void,
): Promise<number> {
  let changed = 0
  for (const { zone, steps } of plans)
    for (const step of steps) {
      if (step.action === 'create') await api.create(zone.id, step.record, markOf(machine))
      else if (step.action === 'correct' && step.id !== undefined)
        await api.correct(zone.id, step.id, step.record, markOf(machine))
      else continue
      changed += 1
      told(step)
    }
  return changed
}
