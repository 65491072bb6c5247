import { fold } from '../labels/fold.ts'

const MAX_LENGTH = 63
const OTHERWISE = 'web'

/** A text as a name that labels can carry: a dot would end it, an `@` would make it another provider's. */
export function nameFrom(text: string): string {
  const name = text
    .slice(0, MAX_LENGTH)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-/, '')
    .replace(/-$/, '')
  return name === '' ? OTHERWISE : name
}

/** Gives each caller a name of its own; labels tell no letter case apart. */
export function distinctNames(): (wanted: string) => string {
  const taken = new Set<string>()
  return (wanted) => {
    let name = wanted
    for (let n = 2; taken.has(fold(name)); n++) name = `${wanted}-${n}`
    taken.add(fold(name))
    return name
  }
}
