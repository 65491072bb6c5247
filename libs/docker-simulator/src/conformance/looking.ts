import assert from 'node:assert/strict'
import { ask } from '../client.ts'
import type { EngineUnderTest } from './engine-under-test.ts'

export type Json = Record<string, unknown>

/** Runs the steps and removes whatever containers are left, the oldest first. */
export async function withContainers(
  engine: EngineUnderTest,
  steps: (engine: EngineUnderTest) => Promise<unknown>,
): Promise<void> {
  try {
    await steps(engine)
  } finally {
    for (const name of names(await list(engine.socket, '?all=1')).reverse()) await engine.remove(name)
  }
}

export async function list(socket: string, query = ''): Promise<Json[]> {
  const { status, text } = await ask(socket, `/containers/json${query}`)
  assert.equal(status, 200, text)
  return JSON.parse(text) as Json[]
}

export async function getObject(socket: string, path: string): Promise<Json> {
  const { status, text, headers } = await ask(socket, path)
  assert.equal(status, 200, text)
  assert.equal(headers['content-type'], 'application/json')
  return JSON.parse(text) as Json
}

export function names(items: readonly Json[]): string[] {
  return items.map((item) => (item['Names'] as string[])[0]?.slice(1) ?? '')
}

export function at(object: Json | undefined, ...path: string[]): Json {
  return (
    path.reduce((inner, key) => inner?.[key] as Json | undefined, object) ?? assert.fail(`nothing at ${path.join('.')}`)
  )
}

export function assertTypes(object: Json, types: Readonly<Record<string, string>>): void {
  const found = Object.keys(types).map((key) => [key, Array.isArray(object[key]) ? 'array' : typeof object[key]])
  assert.deepEqual(Object.fromEntries(found), types)
}

export const filtered = (filters: Json) => `?filters=${encodeURIComponent(JSON.stringify(filters))}`
