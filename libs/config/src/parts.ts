import { nearest } from '@route-server/traefik'
import { isNetworkId } from '@route-server/plugin-api'
import { z } from 'zod'

/** A text that matches; `expected` completes the sentence "expected …". */
export function text(expected: string, pattern = /\S/): z.ZodString {
  return z.string({ error: `expected ${expected}` }).regex(pattern, { error: `expected ${expected}` })
}

export function list<Item extends z.ZodType>(expected: string, item: Item): z.ZodArray<Item> {
  return z.array(item, { error: `expected ${expected}` })
}

export function oneOf<const Values extends readonly string[]>(
  values: Values,
): z.ZodEnum<z.core.util.ToEnum<Values[number]>> {
  return z.enum(values, `expected one of ${values.join(', ')}`)
}

/** A mapping with these keys and no others. Its message for unknown keys has one line per key. */
export function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, known)).join('\n')
        : `expected a mapping with ${known.length > 6 ? 'settings' : known.join(', ')}`,
  })
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  return meant === undefined ? `unknown key; known are ${known.join(', ')}` : `unknown key; did you mean "${meant}"?`
}

export function wholeNumber(least: number): z.ZodNumber {
  return z.number('expected a whole number').int('expected a whole number').min(least, `expected at least ${least}`)
}

const DOMAIN = '(?:[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?\\.)*(?!\\d+$)[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?'

/** A host name, no address. Shorter than DNS has them: an auto-route's host has to fit in front. */
export const DOMAIN_NAME = new RegExp(`^(?=.{1,180}$)${DOMAIN}$`, 'i')
export const HOST_NAME = new RegExp(`^(?=.{1,253}$)${DOMAIN}$`, 'i')
/** A host name, or all those below it: `*.example.com`. */
export const HOST_OR_WILDCARD = new RegExp(`^(?=.{1,253}$)(?:\\*\\.)?${DOMAIN}$`, 'i')

const NETWORK_ID = 'expected a network ID: a multiple of 64 from 64 to 16777152'

export const networkId = z.number(NETWORK_ID).refine(isNetworkId, NETWORK_ID)

export const entryPoint = text('the name of an entry point such as websecure', /^[^\s,@]+$/)
