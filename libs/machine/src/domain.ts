import { domainToASCII } from 'node:url'
import { isIP } from 'node:net'
import { parse } from 'tldts'
import type { Checked } from './checked.ts'

const EXPECTED = 'expected a domain such as example.com'
const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/
/** Shorter than DNS has them: the host of an auto-route has to fit in front. */
const LONGEST = 180

/** A domain that may have a wildcard below it and a certificate for that; in lower case, in ASCII. */
export function baseDomain(text: string): Checked {
  if (text.startsWith('*.')) return { problem: 'expected the domain without *., which is put in front of it by itself' }
  if (/^\w+:\/\//.test(text)) return { problem: `${EXPECTED}, not a URL` }
  if (isIP(text) !== 0) return { problem: `${EXPECTED}; an address has no names below it` }
  const domain = toAscii(text)
  if (domain === undefined) return { problem: EXPECTED }
  if (domain.length > LONGEST) return { problem: `expected a domain of at most ${LONGEST} characters` }
  const { publicSuffix, isIcann } = parse(domain)
  if (!domain.includes('.') || (isIcann === true && publicSuffix === domain))
    return { problem: `${EXPECTED}; no certificate authority gives a wildcard for a public suffix` }
  return { value: domain }
}

/** A host name in lower case and in ASCII (`münchen.example` is `xn--mnchen-3ya.example`), without a dot at its end. */
export function toAscii(text: string): string | undefined {
  const domain = domainToASCII(text.replace(/\.$/, '')).toLowerCase()
  const labels = domain.split('.')
  const isName =
    domain.length <= 253 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  return isName ? domain : undefined
}
