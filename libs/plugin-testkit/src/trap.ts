import childProcess from 'node:child_process'
import cryptoModule from 'node:crypto'
import dgram from 'node:dgram'
import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import os from 'node:os'
import timers from 'node:timers'
import tls from 'node:tls'

type Owner = Record<string, unknown>
type AnyFunction = (...args: readonly unknown[]) => unknown

const functionsOf = (owner: object): readonly string[] =>
  Object.getOwnPropertyNames(owner).filter(
    (name) => typeof Object.getOwnPropertyDescriptor(owner, name)?.value === 'function',
  )

const RANDOM = ['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID', 'getRandomValues']
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']

/** What a plugin may not call while it contributes: by the name in the message, all functions unless some are named. */
const OUTSIDE: readonly (readonly [ownerName: string, owner: object, functions?: readonly string[]])[] = [
  ['globalThis', globalThis, ['fetch', 'WebSocket', ...TIMERS]],
  ['Date', Date, ['now']],
  ['Math', Math, ['random']],
  ['performance', performance, ['now', 'mark', 'measure']],
  ['crypto', globalThis.crypto, ['getRandomValues', 'randomUUID']],
  ['console', console],
  ['process', process, ['cwd', 'exit', 'hrtime', 'kill', 'memoryUsage', 'nextTick', 'uptime']],
  ['process.stdout', process.stdout, ['write']],
  ['process.stderr', process.stderr, ['write']],
  ['fs', fs],
  ['fs.promises', fs.promises],
  ['child_process', childProcess],
  ['crypto', cryptoModule, RANDOM],
  ['dgram', dgram],
  ['dns', dns],
  ['dns.promises', dns.promises],
  ['http', http, ['get', 'request']],
  ['https', https, ['get', 'request']],
  ['net', net, ['connect', 'createConnection', 'createServer', 'Socket']],
  ['os', os],
  ['timers', timers, ['setTimeout', 'setInterval', 'setImmediate']],
  ['tls', tls, ['connect', 'createServer']],
]

/** What was called, while that is watched. */
let seen: string[] | undefined

/** Goes on where nobody watches, and throws where somebody does. */
function ask(name: string): void {
  if (seen === undefined) return
  seen.push(name)
  throw new Error(`it calls ${name}, but contribute must be pure`)
}

const guarded = <F extends object>(name: string, target: F, always = true): F =>
  new Proxy(target, {
    apply(original, self, args: unknown[]) {
      ask(name)
      return Reflect.apply(original as unknown as AnyFunction, self, args)
    },
    construct(original, args: unknown[], newTarget) {
      if (always || args.length === 0) ask(`new ${name}`)
      return Reflect.construct(original as unknown as AnyFunction, args, newTarget) as object
    },
  })

function replace(owner: object, name: string, value: unknown): void {
  const { enumerable = true, configurable = true } = Object.getOwnPropertyDescriptor(owner, name) ?? {}
  if (!configurable) return
  Object.defineProperty(owner, name, { value, enumerable, configurable: true, writable: true })
}

function set(): void {
  for (const [ownerName, owner, functions = functionsOf(owner)] of OUTSIDE)
    for (const name of functions) {
      const original = (owner as Owner)[name]
      if (typeof original === 'function') replace(owner, name, guarded(`${ownerName}.${name}`, original))
    }
  // A date of given parts is as pure as a number.
  replace(globalThis, 'Date', guarded('Date', Date, false))
  replace(Date.prototype, 'constructor', Date)
  const env = process.env
  replace(
    process,
    'env',
    new Proxy(env, {
      get(target, key) {
        ask('process.env')
        return Reflect.get(target, key) as unknown
      },
      has(target, key) {
        ask('process.env')
        return Reflect.has(target, key)
      },
      ownKeys(target) {
        ask('process.env')
        return Reflect.ownKeys(target)
      },
    }),
  )
  // Also for who imported a function by its name.
  syncBuiltinESMExports()
}

let isSet = false

/**
 * Runs `body` while everything outside throws: the clock, randomness, the network, files, the environment, timers, the console.
 * @throws what `body` throws, or where it called something outside, even if it caught what that threw.
 */
export function trapped<T>(body: () => T): T {
  if (!isSet) set()
  isSet = true
  const calls: string[] = []
  seen = calls
  try {
    const result = body()
    if (calls.length === 0) return result
  } catch (cause) {
    if (calls.length === 0) throw cause
  } finally {
    seen = undefined
  }
  throw new Error(`it calls ${calls[0] ?? ''}, but contribute must be pure`)
}
