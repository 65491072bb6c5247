import { plainText } from '@route-server/server'
import { html as escaped, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** A piece of the page, with nothing in it that a stranger could have meant as HTML. */
export type Html = HtmlEscapedString

/** What may stand in a piece: texts, other pieces, lists of them; nothing for `undefined` and `false`. */
export type Part = string | number | false | undefined | Html | readonly Part[]

const isHtml = (part: string | number | Html): part is Html => typeof part === 'object'

function harmless(part: Part): unknown {
  if (part === undefined || part === false) return ''
  if (typeof part === 'object' && Array.isArray(part)) return part.map(harmless)
  return isHtml(part as string | number | Html) ? part : plainText(String(part))
}

/**
 * A piece of HTML. Every text in it may be a stranger's, so there is no way in but this one: without secrets, with control and bidi
 * characters as `\uXXXX`, and escaped.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  // It is a promise only where one of the parts is.
  return escaped(strings, ...parts.map(harmless)) as Html
}

/** Text that is ours, as it is. */
export const own = (text: string): Html => raw(text)
