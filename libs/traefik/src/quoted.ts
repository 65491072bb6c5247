/** Of what labels say, messages show so much, in characters: values may be as long as a label. */
const MOST_SHOWN = 100

/**
 * A text for people to recognise: its beginning. What stands before an @ may be a user and a password, and is known for that by the @ alone;
 * where the cut would hide that, the rest is shown.
 */
export function shortened(text: string, most = MOST_SHOWN): string {
  if (text.length <= most) return text
  const at = text.lastIndexOf('@')
  if (at >= most) return `…${shortened(text.slice(at), most)}`
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`
}

/** The same in quotation marks, as messages have what labels say. */
export const quoted = (text: string): string => `"${shortened(text)}"`
