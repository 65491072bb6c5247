/**
 * Control, format and separator characters: what could drive a terminal (ANSI), turn text around (bidi), or hide. Line feeds
 * stay, since JSON's layout has them and its strings don't.
 */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** The user and password of a URL. */
const USER_INFO = /:\/\/[^\s/?#"'`\\]*@/g

/** A password's hash as htpasswd writes it, for when a message quotes a label. */
const PASSWORD_HASH = /\$(?:apr1|2[abxy]|5|6)\$[^\s"'`,\\]+|\{SHA\}[\w+/=]+/g

/** The text as anybody may read it: unprintable characters as `\uXXXX`, credentials as `***`. Safe on JSON, and leaves it JSON. */
export function plainText(text: string): string {
  return text.replace(USER_INFO, '://***@').replace(PASSWORD_HASH, '***').replace(UNPRINTABLE, escaped)
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
