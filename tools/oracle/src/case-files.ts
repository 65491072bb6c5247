import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Case, Service } from './case.ts'

/** A service as the files have it: compose's words, with labels as a list of `key=value`. */
interface WrittenService extends Omit<Service, 'labels' | 'expose'> {
  readonly expose?: readonly (string | number)[]
  readonly labels?: readonly string[]
}

function labelsOf(lines: readonly string[], where: string): Record<string, string> {
  const labels = lines.map((line): [string, string] => {
    const equals = line.indexOf('=')
    return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)]
  })
  const keys = new Set(labels.map(([key]) => key))
  if (keys.size < labels.length) throw new Error(`${where} has a label twice`)
  return Object.fromEntries(labels)
}

/** Every case in a folder's YAML files, named `file/case`, in the files' order. */
export function readCases(folder: string): Case[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
  return files.flatMap((file) => {
    const written = parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Record<string, WrittenService>>
    return Object.entries(written).map(([key, services]) => {
      const name = `${file.replace('.yaml', '')}/${key}`
      const entries = Object.entries(services).map(([service, { expose = [], labels = [], ...rest }]) => [
        service,
        { ...rest, expose: expose.map(String), labels: labelsOf(labels, `${name}, service ${service},`) },
      ])
      return { name, services: Object.fromEntries(entries) as Case['services'] }
    })
  })
}
