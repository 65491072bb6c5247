/** A value with one of compose's tags for merging: `!reset` takes away what the files before say, `!override` replaces it. */
export class Tagged {
  readonly tag: '!reset' | '!override'
  readonly value: unknown

  constructor(tag: '!reset' | '!override', value: unknown) {
    this.tag = tag
    this.value = value
  }
}

/** The value as YAML, of the kind that is JSON but for its tags. The same value gives the same bytes. */
export function toYaml(value: unknown, indent = ''): string {
  if (value instanceof Tagged) return `${value.tag} ${toYaml(value.value, indent)}`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const further = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((item) => toYaml(item, further))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${toYaml(item, further)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return parts.length === 0 ? open + close : `${open}\n${further}${parts.join(`,\n${further}`)}\n${indent}${close}`
}
