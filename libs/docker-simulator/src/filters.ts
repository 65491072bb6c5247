import { EngineError } from './engine-error.ts'

/** The values of each filter; all filters must match, and of most filters one value is enough. */
export type Filters = ReadonlyMap<string, readonly string[]>

/** Reads the query parameter `filters` in both of its shapes: `{"id":{"abc":true}}` and the older `{"id":["abc"]}`. */
export function parseFilters(text: string | null): Filters {
  if (!text) return new Map()
  const filters = new Map<string, readonly string[]>()
  for (const [name, values] of Object.entries<unknown>({ ...parseObject(text) })) {
    if (typeof values !== 'object' || values === null) {
      throw new EngineError(500, `json: cannot unmarshal ${typeof values} into Go value of type map[string]bool`)
    }
    filters.set(name, Array.isArray(values) ? values.map(String) : Object.keys(values))
  }
  return filters
}

/** Labels given as `key` or `key=value`: all of them must match. */
export function matchesLabels(wanted: readonly string[], labels: Readonly<Record<string, string>>): boolean {
  return wanted.every((label) => {
    const [, key = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(label) ?? []
    return key in labels && (value === undefined || labels[key] === value)
  })
}

function parseObject(text: string): object {
  const filters = parseJson(text)
  if (typeof filters !== 'object' || filters === null || Array.isArray(filters)) {
    throw new EngineError(500, 'json: cannot unmarshal array into Go value of type map[string]map[string]bool')
  }
  return filters
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new EngineError(500, `invalid character '${text.charAt(0)}' looking for beginning of value`)
  }
}
