import { mkdirSync, rmdirSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { openState, type State } from '../index.ts'
import type { StateOptions } from '../state.ts'
import { deadly, type Moment } from '@route-server/disk/testing'
import { keepWhole, ledgerOf, numberedListing, versionOf } from './samples.ts'

const [mode = '', path = '', ...rest] = process.argv.slice(2)

const say = (line: string | number): void => void writeSync(1, `${line}\n`)

const log = { info: () => undefined, warn: (_: object, message: string) => say(message) }

const open = (fs?: StateOptions['fs']): Promise<State> =>
  openState(path, {
    chosen: true,
    program: '0.1.0',
    control: createServer(),
    log,
    timing: { pace: 0 },
    ...(fs && { fs }),
  })

const DEEDS: Readonly<Record<string, (state: State) => void>> = {
  claims: (state) => state.keepClaims(ledgerOf(2)),
  listing: (state) => keepWhole(state, numberedListing(2)),
  forget: (state) => state.forgetListing(2816),
  /** Three times what there is, so that the journal is compacted: ten containers, and a hundred lines that count no more. */
  compact: (state) => {
    for (let version = 3; version <= 15; version += 1) {
      keepWhole(state, numberedListing(version))
      void state.flush()
    }
  },
}

const MODES: Readonly<Record<string, () => Promise<void>>> = {
  /** Saves 1, then does one thing, and dies around an operation of that. Says what is on disk for sure. */
  async die() {
    const [kind = '', fatal, moment] = rest
    const { fs, arm } = deadly(Number(fatal), moment as Moment)
    const state = await open(fs)
    state.keepClaims(ledgerOf(1))
    keepWhole(state, numberedListing(1))
    await state.flush()
    say('saved')
    arm()
    DEEDS[kind]?.(state)
    await state.flush()
    say('done')
    process.exit()
  },

  /** Opens it, in whatever format it is, and dies around an operation of that. */
  async carry() {
    const { fs, arm } = deadly(Number(rest[0]), rest[1] as Moment)
    arm()
    await open(fs)
    say('done')
    process.exit()
  },

  /** Saves one after the other until it is killed, and says each that is there for sure. Now and then a journal is compacted. */
  async save() {
    const state = await open()
    for (let version = versionOf(state.ledger) + 1; ; version += 1) {
      keepWhole(state, numberedListing(version))
      state.keepClaims(ledgerOf(version))
      say(`claims ${version}`)
      await state.flush()
      say(`all ${version}`)
    }
  },

  /** Tries to open the directory each time it is told a line, until it has it. */
  async hold() {
    say('ready')
    const input = createInterface(process.stdin).on('close', () => process.exit())
    input.on('line', () => {
      void open().then(
        () => say('held'),
        (error: unknown) => say(String(error)),
      )
    })
    await new Promise(() => undefined)
  },

  /** Opens and closes the directory for a while. Fails if somebody else has it open then. */
  async churn() {
    const end = performance.now() + Number(rest[0])
    let times = 0
    while (performance.now() < end) {
      try {
        const state = await open()
        mkdirSync(`${path}.busy`)
        await sleep(2 * Math.random())
        rmdirSync(`${path}.busy`)
        await state.close()
        times += 1
      } catch (error) {
        if (!String(error).startsWith('StateError')) throw error
        await sleep(3 * Math.random())
      }
    }
    say(times)
  },

  /** Opens it, and says how that went. */
  async open() {
    await open().then(
      (state) => say(`open ${versionOf(state.ledger)}`),
      (error: unknown) => say(String(error)),
    )
    process.exit()
  },
}

await MODES[mode]?.()
