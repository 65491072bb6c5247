const MASK = '***'

interface Mask {
  readonly find: RegExp
  /** What stands there instead; `$1` … are kept. */
  readonly as: string | ((...found: string[]) => string)
}

/** Names of what is secret; the longest that may follow in the same word is bounded, so that no text takes long to search. */
const SECRET =
  '(?:token|secret|passw(?:or)?d|passphrase|pwd|credential|signature|authorization|(?:api|access|private|session)[-_]?(?:key|id)|(?<![A-Za-z])key)[\\w-]{0,32}'

const QUOTED = '"(?:\\\\.|[^"\\\\])*"|\'[^\']*\'|`[^`]*`'

/** Headers and query parameters that carry secrets, by their names. */
const SECRET_FIELD = /auth|token|secret|pass|pwd|key|cookie|session|credential|signature|jwt|csrf|api/i

const HOST = /^(?:\*\.)?[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}$/i
const PATH = /^\//
const MEDIA_TYPE = /^[a-z]+\/[\w.+-]+$/

/** Letters and digits mixed, long, and nothing that people name: a key that somebody generated. */
function looksGenerated(text: string): boolean {
  return (
    /^(?=.*\d)(?=.*[a-z])[\w+/=~.-]{16,}$/i.test(text) && ![HOST, PATH, MEDIA_TYPE].some((known) => known.test(text))
  )
}

/** The literal with its quotes, and nothing in them. */
function emptied(literal: string): string {
  const quote = literal.charAt(0)
  return `${quote}${MASK}${quote}`
}

/** `Header(` + "`X-Api-Key`" + `, ` + "`…`" + `)`. */
function maskMatcher(found: string, before: string, name: string, between: string, value: string): string {
  return SECRET_FIELD.test(name) || looksGenerated(value.slice(1, -1))
    ? `${before}${name}${between}${emptied(value)}`
    : found
}

/** A rule inside of quotes is no secret; what it says of headers and parameters may be one, and stands in escapes that no mask knows. */
const RULE = /^[!(\s]*(?:Host|HostSNI|HostRegexp|HostSNIRegexp|Path|PathPrefix|PathRegexp|Method|ClientIP)\s*\(/i
const SECRET_MATCHER = /header|query/i

function maskFoundString(found: string, quoted: string): string {
  const text = quoted.slice(1, -1)
  const isPlain = HOST.test(text) || PATH.test(text) || (RULE.test(text) && !SECRET_MATCHER.test(text))
  return isPlain ? found : `found the string "${MASK}"`
}

/** What a label gives for a file's name, and may have meant as its content. */
function maskFile(found: string, before: string, text: string): string {
  return /\s|\\[nr]/.test(text) || text.length > 255 || looksGenerated(text) ? `${before}"${MASK}"` : found
}

function maskFoundName(found: string, name: string): string {
  return /\d/.test(name) || (name.length > 16 && /\w/.test(name)) ? `found '${MASK}'` : found
}

/** Tried in this order, each on what the ones before left. */
const MASKS: readonly Mask[] = [
  // URLs: the user and password, also those that a bad character keeps from being recognised as such.
  { find: /:\/\/[^\s/?#"'`\\]*@/g, as: `://${MASK}@` },
  { find: /:\/\/[^\s/?#:@"'`[]*:(?!\d+(?:[/?#"'`\s,;.)]|$))[^\s`]{0,256}@/g, as: `://${MASK}@` },
  { find: /:\/\/[^\s/?#:@"'`[]*:(?!\d*(?:[/?#"'`\s,;.)]|$))[^\s/"'`]*/g, as: `://${MASK}` },
  // Addresses with a user and a password, as URLs have them.
  { find: /(leads to )"[^\s"]*@([^"@]*)"/g, as: `$1"${MASK}@$2"` },
  { find: /(its port )'[^']*'/g, as: `$1'${MASK}'` },
  // Keys in PEM, to their end or to that of what quotes them; and what else stands where a file's name should.
  { find: /-----BEGIN [A-Z0-9 ]{0,64}PRIVATE KEY-----[^"'`]*/g, as: MASK },
  { find: /(reads the file )"([^"]*)"/g, as: maskFile },
  // Matchers of rules: the value of a header or a parameter, the pattern that is none, and where the parser stumbled.
  {
    find: new RegExp(`\\b((?:Header|Query)[a-z]*\\s*\\(\\s*)(${QUOTED})(\\s*,\\s*)(${QUOTED}|\`[^\`]*$|"[^"]*$)`, 'gi'),
    as: maskMatcher,
  },
  {
    find: /\b((?:Header|Query)\w* of )"(?:\\.|[^"\\])*"(: [^`"]*)(?:[`"].*?)?(?=\. Did you mean|\.$|$)/gis,
    as: `$1"${MASK}"$2`,
  },
  { find: /found the string ("(?:\\.|[^"\\])*")/g, as: maskFoundString },
  { find: /found '([^'\n]*)'/g, as: maskFoundName },
  // Users of basicAuth and digestAuth, and values of headers, by their labels.
  {
    find: new RegExp(`((?:basic|digest)auth(?:\\.users)?(?:\\[\\d+\\])?["']?\\s?[=:]\\s?)(${QUOTED})`, 'gi'),
    as: (_, label = '', value = '') => `${label}${emptied(value)}`,
  },
  { find: /((?:basic|digest)auth\.users(?:\[\d+\])?["']?(?:=|:(?!\s)))[^\s"'`]+/gi, as: `$1${MASK}` },
  {
    find: new RegExp(`(custom(?:request|response)headers\\.[\\w-]{1,64}["']?\\s?[=:]\\s?)(${QUOTED})`, 'gi'),
    as: (_, label = '', value = '') => `${label}${emptied(value)}`,
  },
  { find: /(custom(?:request|response)headers\.[\w-]{1,64}(?:=|:(?!\s)))[^"'`\n]+/gi, as: `$1${MASK}` },
  // Hashes as htpasswd and htdigest write them, wherever a label is quoted.
  {
    find: /(?<!\$)\$+(?:apr1|[1567y]|gy|2[abxy]?|sha1|md5|argon2i?d?|scrypt|pbkdf2[\w-]{0,8})\$[^\s"'`,\\]+|\{S?SHA\d*\}[\w+/=]+/gi,
    as: MASK,
  },
  { find: /:[\da-f]{32}(?![\da-f])/gi, as: `:${MASK}` },
  // Credentials by their scheme, their name, and their shape.
  { find: /\b(Bearer|Basic)(\s+|%20)[\w.~+/=-]{4,}/gi, as: `$1$2${MASK}` },
  {
    find: new RegExp(`(${SECRET}(?:["'\`]?\\s{0,2}[=:]\\s{0,2}|\\s{1,2}))(${QUOTED})`, 'gi'),
    as: (_, name = '', value = '') => `${name}${emptied(value)}`,
  },
  { find: new RegExp(`(${SECRET}(?:=|:(?!\\s|\\d{1,5}(?!\\w))))[^\\s"'\`,;&)]+`, 'gi'), as: `$1${MASK}` },
  { find: new RegExp(`(${SECRET}: )[^\\s"'\`()]+(?=["'\`]|$|: )`, 'gi'), as: `$1${MASK}` },
  { find: /(?<![\w-])eyJ[\w-]{6,4096}\.[\w-]{6,}(?:\.[\w-]*)*/g, as: MASK },
  { find: /\b(?:gh[pousr]_|github_pat_|glpat-|sk_live_|xox[abprs]-|AKIA|AIza)[\w-]{12,}/g, as: MASK },
]

/** What a secret needs around it, or to be. Most names have none of it. */
const MAY_HOLD_ONE = /[\s:=$"'`({]|.{20}/

/**
 * The text with `***` in place of credentials: of URLs, of `basicAuth` and `digestAuth` users, of headers, rules and whatever is
 * named like one. One text at a time, before it becomes JSON, so that it stays JSON.
 */
export function maskSecrets(text: string): string {
  if (!MAY_HOLD_ONE.test(text)) return text
  return MASKS.reduce(
    (masked, { find, as }) => (typeof as === 'string' ? masked.replace(find, as) : masked.replace(find, as)),
    text,
  )
}
