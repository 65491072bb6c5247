import { maskSecrets } from './mask.ts'

/**
 * Control, format and separator characters: what could drive a terminal (ANSI), turn text around (bidi), or hide. Line feeds
 * stay, since JSON's layout has them and its strings don't.
 */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The text as anybody may read it: unprintable characters as `\uXXXX`, credentials as `***`. */
export function plainText(text: string): string {
  return printable(maskSecrets(text))
}

/** The value as JSON that anybody may read, laid out for people. It means the same, but for credentials. */
export function plainJson(value: object): string {
  const masked = (_: string, item: unknown): unknown => (typeof item === 'string' ? maskSecrets(item) : item)
  return printable(JSON.stringify(value, masked, 2))
}

function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
