import { quoted } from '../quoted.ts'

/** How to write a `$` where compose or a shell reads the text first. */
export const DOLLARS = 'write each $ as $$ in a compose file, and as one $ in single quotes on a command line'

/** What Traefik's library can compare a password with: bcrypt, MD5 in crypt's form under any name, and SHA-1. */
const KNOWN: readonly RegExp[] = [
  /^\$2[abxy]\$(?:0[4-9]|[12][0-9]|3[01])\$[./0-9A-Za-z]{53}$/,
  /^\$(?:apr1|1)\$[^$]{0,64}\$[./0-9A-Za-z]{22}$/,
  /^\{SHA\}[+/0-9A-Za-z]{27}=$/,
]

const isKnown = (hash: string): boolean => KNOWN.some((form) => form.test(hash))

const TOOLS = 'make one with htpasswd -nB'

/** Why nobody logs in with it, in the order of asking. None of them shows the hash. */
const FAULTS: readonly (readonly [fits: (hash: string) => boolean, reason: string])[] = [
  [(hash) => hash.includes('${'), `has a variable in it that nothing has replaced; set it, or ${DOLLARS}`],
  [
    (hash) => hash.includes('$$'),
    `still has $$ where its hash has one $: only compose makes one of two, and this came another way; ${DOLLARS}`,
  ],
  [
    (hash) => /^(?:\$(?:2[abxy]|apr1|1)\$|\{SHA\})/.test(hash),
    `has a hash that is too short, too long or has other characters than such a hash: a part of it may have been taken for a variable; ${DOLLARS}`,
  ],
  [
    (hash) => /^(?:\$[\w-]+\$|\{\w+\})/.test(hash),
    `has a hash of a kind that Traefik doesn't know: it knows bcrypt, MD5 (apr1) and SHA-1; ${TOOLS}`,
  ],
  [
    (hash) => /^[./0-9A-Za-z]*$/.test(hash) && (hash === '' || /[./]/.test(hash)),
    `has no hash, but what is left of one: compose, or a shell, took its $… for variables; ${DOLLARS}`,
  ],
  [() => true, `has no hash that Traefik knows, and a password in plain text is none; ${TOOLS}, and ${DOLLARS}`],
]

/** Why nobody can log in as a user of basicAuth, or `undefined`. */
export function basicFault(user: string): string | undefined {
  const hash = user.slice(user.indexOf(':') + 1)
  if (isKnown(hash)) return undefined
  return FAULTS.find(([fits]) => fits(hash))?.[1]
}

/** Traefik's own, where the middleware names none. */
const REALM = 'traefik'

const DIGEST_TOOLS = 'make one with htdigest, whose hash is the MD5 of name:realm:password'

/** Why nobody can log in as a user of digestAuth, or `undefined`. The middleware's realm is everybody's to know; a user's part may be anything. */
export function digestFault(user: string, given: string | undefined): string | undefined {
  const [, realm = '', hash = ''] = user.split(':')
  const wanted = given === undefined || given === '' ? REALM : given
  if (!/^[0-9a-f]{32}$/.test(hash))
    return /^[0-9A-Fa-f]{32}$/.test(hash)
      ? 'has its hash in capitals, and is compared with small letters'
      : `has no hash of 32 hexadecimal digits; ${DIGEST_TOOLS}`
  return realm === wanted
    ? undefined
    : `has another realm than the middleware's, which is ${quoted(wanted)}; ${DIGEST_TOOLS}, with that realm, or set digestauth.realm`
}
