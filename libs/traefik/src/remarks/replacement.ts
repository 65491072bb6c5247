import { DOLLARS } from './hashes.ts'

/** A value that is taken and doesn't do what was meant. */
export interface Useless {
  /** Completes a sentence that begins with the field's name. */
  readonly reason: string
  readonly hint?: string
}

/** `$1`, `${name}` or `$$`, as Go reads a replacement: the longest name that fits. */
const PARTS = /\$(?:(\$)|\{(\w+)\}|(\w+))/g

/** What the groups of a regular expression are called, numbers aside. */
const NAMED = /\(\?P?<(\w+)>/g

interface Groups {
  readonly count: number
  readonly names: ReadonlySet<string | undefined>
}

/** Escaped parentheses and those of a class count, too: it may be too many, never too few. */
const groupsOf = (regex: string): Groups => ({
  count: regex.split('(').length - 1,
  names: new Set([...regex.matchAll(NAMED)].map(([, name]) => name)),
})

const isGroup = (name: string, { count, names }: Groups): boolean =>
  /^[0-9]+$/.test(name) ? Number(name) <= count : names.has(name)

function faultOf(found: RegExpExecArray, text: string, groups: Groups): Useless | undefined {
  const [whole, doubled, braced, plain = ''] = found
  if (doubled !== undefined) {
    const isGroupMeant = /^(?:\{\w+\}|[0-9])/.test(text.slice(found.index + whole.length))
    const reason = `has $$, which stands for a plain $: only compose makes one $ of two, and this came another way; ${DOLLARS}`
    return isGroupMeant ? { reason, hint: text.replaceAll('$$', () => '$') } : undefined
  }
  const name = braced ?? plain
  if (isGroup(name, groups)) return undefined
  const number = /^[0-9]+/.exec(plain)?.[0]
  if (number !== undefined && number !== plain)
    return {
      reason: `has ${whole.slice(0, 40)}, which names a group that the regex doesn't have, and is replaced by nothing`,
      hint: `${text.slice(0, found.index)}\${${number}}${text.slice(found.index + 1 + number.length)}`,
    }
  return {
    reason: /^[0-9]/.test(name)
      ? `has ${whole.slice(0, 40)}, and the regex has no such group, so nothing stands there`
      : `has ${whole.slice(0, 40)}, which is no group of the regex, so nothing stands there; if a variable is meant, ${DOLLARS}, or set it`,
  }
}

/** What a replacement has that its regular expression can't fill. */
export function replacementFault(text: string, regex: string): Useless | undefined {
  if (!text.includes('$')) return undefined
  const groups = groupsOf(regex)
  for (const found of text.matchAll(PARTS)) {
    const fault = faultOf(found, text, groups)
    if (fault) return fault
  }
  return undefined
}
