import type { Path } from './located.ts'

/** What a schema found: a Standard Schema issue. zod's own also say which keys they don't know. */
export interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
  readonly keys?: readonly string[]
}

/** One thing wrong at one place, ready to be said. */
export interface Problem {
  readonly path: Path
  readonly part: 'key' | 'value'
  readonly text: string
}

/** The problems of one issue: one for each unknown key, otherwise one. `data` is what was validated. */
export function problemsOf(issue: Issue, data: unknown): readonly Problem[] {
  const path = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step))
  if (issue.keys) {
    const messages = issue.message.split('\n')
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      part: 'key',
      text: messages[index] ?? issue.message,
    }))
  }
  const found = follow(data, path)
  return [{ path: found.path, part: 'value', text: sentence(issue.message, found.value) }]
}

/** `plugins[2].options.port`; nothing for the whole file. */
export function showPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

/** zod's "Invalid input: expected string, received number" says the kind; we say the value. */
function sentence(message: string, value: unknown): string {
  const plain = message.replace(/^(?:Invalid \w+|Too \w+): (?=expected )/, '').replace(/, received \w+$/, '')
  return `${plain}${plain.startsWith('expected') ? ',' : ';'} got ${show(value)}`
}

/** Follows the path as far as the data goes: a schema may see a list where the file has the one text that it stands for. */
function follow(data: unknown, path: Path): { path: Path; value: unknown } {
  let value = data
  for (const [depth, step] of path.entries()) {
    if (typeof value !== 'object' || value === null) return { path: path.slice(0, depth), value }
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return { path, value }
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  const shown = JSON.stringify(value)
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}
