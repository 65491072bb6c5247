import { parseGoInt } from '../go/int.ts'
import { ipOrCidrError } from '../go/ip.ts'
import { goMediaTypeError } from '../go/media-type.ts'
import { goRegexpError } from '../go/regexp.ts'
import { goTrim } from '../go/trim.ts'
import { goUrlError } from '../go/url.ts'
import { nearest } from '../nearest.ts'
import type { RuleOptions } from '../rules/parse.ts'
import type { Marks, TextForm } from '../schema/nodes.ts'
import { circuitBreakerError, retryError } from './expression.ts'
import { ruleFault } from './rule-fault.ts'
import type { Fault } from './fault.ts'

type Check = (text: string, marks: Marks, options: RuleOptions) => Fault | undefined

const fault = (reason: string, hint?: string): Fault => (hint === undefined ? { reason } : { reason, hint })

/** A check that says what is wrong, or nothing, as one whose fault completes the field's sentence. */
const saying =
  (sentence: string, error: (text: string) => string | undefined): Check =>
  (text) => {
    const problem = error(text)
    return problem === undefined ? undefined : fault(`${sentence}: ${problem}`)
  }

/** Users are secret, so that none is shown. */
const user =
  (parts: number, form: string): Check =>
  (text) =>
    text.split(':').length === parts ? undefined : fault(`must have the form ${form}, as the htpasswd tools write it`)

/** Traefik takes no notice of a second dash and of what stands behind it. */
export const statusRangeError = (text: string): string | undefined => {
  const [low = '', high = low] = text.split('-')
  return parseGoInt(low) === undefined || parseGoInt(high) === undefined
    ? 'it must be a number such as 404, or a range such as 500-599'
    : undefined
}

/** By the form that the schema names: what is wrong with a text of it, or `undefined`. */
export const TEXT_FORMS: Readonly<Record<TextForm, Check>> = {
  'basic-user': user(2, 'name:hash'),
  'circuit-breaker-expression': saying("is an expression that Traefik can't read", circuitBreakerError),
  'digest-user': user(3, 'name:realm:hash'),
  'http-rule': (text, _, options) => ruleFault(text, 'http', options),
  'ip-or-range': saying('is no address', ipOrCidrError),
  'media-type': saying('is no media type', goMediaTypeError),
  'one-of-values': (text, { values = [] }) =>
    values.includes(text)
      ? undefined
      : fault(
          `must be one of ${values.length > 8 ? `Traefik's names, such as ${values[0] ?? ''}` : values.join(', ')}`,
          nearest(text, values),
        ),
  regexp: saying("is no regular expression in Go's syntax", goRegexpError),
  'retry-expression': saying("is an expression that Traefik can't read", retryError),
  'status-range': saying('is no status', statusRangeError),
  'tcp-rule': (text, _, options) => ruleFault(text, 'tcp', options),
  'trimmed-regexp': saying("is no regular expression in Go's syntax", (text) => goRegexpError(goTrim(text))),
  url: saying("is a URL that Traefik can't read", goUrlError),
}
