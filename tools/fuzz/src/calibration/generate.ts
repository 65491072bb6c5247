import { table } from '../model/table.ts'
import type { Fields, Shape } from '../model/table.ts'
import type { Random } from '@route-server/testbed/random'
import type { Written } from './document.ts'

const NAMES = ['web', 'api', '"a b"', '"null"', '"<<"', '"__proto__"', 'x-1', '"\\u2028"', '"\\u00fc"'] as const

const scalar = (text: string): Written => ({ kind: 'scalar', text })

/** Values of all kinds that a field takes. */
const VALUES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  text: ['"x"', '"web"', '"Host(`a.example.com`)"', '"http://127.0.11.2:80"', '""', '"a\\u00e4\\U0001f600"', '80'],
  bool: ['true', 'false', '"true"', '"0"', '"True"', '1'],
  int: ['0', '80', '"7"', '-1', '9223372036854775807', '"+7"'],
  duration: ['"30s"', '"1m30s"', '5', '"10"', '"100ms"', '"1.5h"', '0'],
}

const listOf = (length: number, make: () => Written): Written => ({ kind: 'list', items: Array.from({ length }, make) })

function named(count: number, names: readonly string[], make: () => Written, random: Random): Written {
  const chosen = new Set(Array.from({ length: count }, () => random.pick(names) ?? 'x'))
  return { kind: 'map', entries: [...chosen].map((name) => [name, make()]) }
}

function plugin(depth: number, random: Random): Written {
  if (depth > 2 || random.chance(0.5)) return scalar(random.pick(VALUES.text ?? ['"x"']))
  if (random.chance(0.3)) return listOf(1 + random.below(2), () => plugin(9, random))
  return named(1 + random.below(2), ['a', 'b', 'dev'], () => plugin(depth + 1, random), random)
}

function value(shape: Shape, marks: string, depth: number, random: Random): Written {
  const make = (): Written => {
    if (typeof shape === 'object') return struct(shape, depth + 1, random)
    if (shape === 'texts') return listOf(random.below(3), () => value('text', '', depth, random))
    if (shape === 'text map') return named(1, NAMES, () => value('text', '', depth, random), random)
    if (shape === 'int map') return named(1, ['"418"', '"500-599"'], () => value('int', '', depth, random), random)
    if (shape === 'raw') return named(1, ['dev'], () => named(1, ['a', 'b'], () => plugin(0, random), random), random)
    return scalar(random.pick(VALUES[shape] ?? ['"x"']))
  }
  if (marks.includes('{}')) return named(1 + random.below(3), NAMES, make, random)
  if (marks.includes('[]')) return listOf(random.below(3), make)
  if (marks.includes('?') && random.chance(0.2))
    return random.chance(0.5) ? { kind: 'map', entries: [] } : scalar('true')
  return make()
}

/** A struct with one to four of its fields; some have none to choose from. */
function struct(fields: Fields, depth: number, random: Random): Written {
  const keys = Object.keys(fields).filter((key) => !/-/.test(key))
  const most = Math.min(keys.length, depth === 0 ? 2 : 4)
  const chosen = new Set(
    Array.from({ length: Math.min(keys.length, 1 + random.below(most || 1)) }, () => random.pick(keys) ?? ''),
  )
  const entries = [...chosen].map((key): [string, Written] => {
    const [, name = '', marks = ''] = /^(\w+)(.*)$/.exec(key) ?? []
    return [name, value(fields[key] ?? 'text', marks, depth, random)]
  })
  return { kind: 'map', entries }
}

/** A document that Traefik accepts, from the model's own table. */
export const generate = (random: Random): Written => struct(table, 0, random)
