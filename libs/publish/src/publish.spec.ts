import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { intercepted } from '@route-server/disk/testing'
import { createPublisher, type Clock, type Publication, type Publisher } from './index.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'publish-'))
  file = join(folder, 'watched', 'routes.yaml')
  mkdirSync(dirname(file))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** A clock that stands still until it is moved on. */
function standingClock() {
  let time = 0
  const waiting = new Set<{ readonly at: number; readonly act: () => void; readonly isCheck: boolean }>()
  const clock: Clock = {
    now: () => time,
    after(milliseconds, act) {
      const one = { at: time + milliseconds, act, isCheck: milliseconds === 10_000 }
      waiting.add(one)
      return () => waiting.delete(one)
    },
  }
  return {
    clock,
    /** But for the looks at the file. */
    waits: () => [...waiting].filter(({ isCheck }) => !isCheck).map(({ at }) => at - time),
    pass: (milliseconds: number) => {
      time += milliseconds
      for (const one of waiting) if (one.at <= time && waiting.delete(one)) one.act()
    },
  }
}

/** In two parts, as documents come in many. */
function publicationOf(revision: number, text: string): Publication {
  const bytes = new TextEncoder().encode(text)
  return { revision, parts: [bytes.subarray(0, 1), bytes.subarray(1)], length: bytes.length }
}

function start() {
  const said: string[] = []
  const done: string[] = []
  let code: string | undefined
  let stalled: { readonly name: string; readonly until: Promise<void> } | undefined
  let underWay = 0
  const fs = intercepted(async (name, path, perform) => {
    underWay += 1
    try {
      done.push(`${name} ${path.slice(folder.length).replace(/[0-9a-f]{12}/, '*')}`)
      if (code !== undefined && name === 'write') throw Object.assign(new Error(code), { code })
      await perform()
      if (stalled?.name === name) await stalled.until
    } finally {
      underWay -= 1
    }
  })
  const { clock, waits, pass } = standingClock()
  const tell = (_: object, message: string): void => void said.push(message)
  const publisher: Publisher = createPublisher({
    file,
    log: { debug: () => undefined, info: tell, warn: tell },
    fs,
    clock,
  })
  let revision = 0
  return {
    publisher,
    said,
    done,
    waits,
    pass,
    refuse: (next: string | undefined) => (code = next),
    /** Lets an operation take until the returned function is called. */
    stall: (name: string): (() => void) => {
      let go: () => void = () => undefined
      stalled = { name, until: new Promise<void>((resolve) => (go = resolve)) }
      return () => {
        stalled = undefined
        go()
      }
    },
    publish: (text: string) => {
      publisher.publish(publicationOf((revision += 1), text))
    },
    /** Until nothing happens any more without the clock. */
    settled: async () => {
      for (let quiet = 0; quiet < 60; quiet = underWay > 0 ? 0 : quiet + 1)
        await new Promise((next) => setTimeout(next, 1))
    },
  }
}

const content = (): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

test('a document is written beside the watched folder, and gets its name whole and on the disk', async () => {
  const { publish, settled, done } = start()
  publish('one')
  await settled()
  expect(content()).toBe('one')
  expect(done).toEqual([
    'open file /routes.yaml.*.new',
    'write /routes.yaml.*.new',
    'write /routes.yaml.*.new',
    'sync file /routes.yaml.*.new',
    'close file /routes.yaml.*.new',
    'rename /watched/routes.yaml',
    'open folder /watched',
    'sync folder /watched',
    'close folder /watched',
  ])
})

test('a look at the file while it is being written leaves what is written', async () => {
  const { publish, settled, pass, stall, said } = start()
  publish('one')
  await settled()
  const go = stall('sync folder')
  publish('two')
  await new Promise((next) => setTimeout(next, 20))
  pass(10_000)
  await new Promise((next) => setTimeout(next, 20))
  go()
  await settled()
  pass(10_000)
  await settled()
  expect([content(), said]).toEqual(['two', []])
})

test('nothing is written before there is a document', async () => {
  const { publisher, settled } = start()
  await settled()
  await publisher.close()
  expect(readdirSync(dirname(file))).toEqual([])
})

test('of what comes while it has to wait, the last is written', async () => {
  const { publish, settled, pass, waits } = start()
  publish('first')
  await settled()
  for (let n = 0; n < 100; n += 1) publish(`${n}`)
  publish('last')
  await settled()
  expect([content(), waits()]).toEqual(['first', [expect.any(Number)]])
  pass(1_000)
  await settled()
  expect([content(), waits()]).toEqual(['last', []])
})

test('what it has to write is written when it is closed', async () => {
  const { publisher, publish, settled } = start()
  publish('first')
  await settled()
  publish('last')
  await publisher.close()
  expect(content()).toBe('last')
})

test('what the file holds already is not written again: Traefik would read it again', async () => {
  writeFileSync(file, 'same')
  const { publish, settled, done } = start()
  publish('same')
  await settled()
  expect(done).toEqual([])
  publish('other')
  await settled()
  expect(content()).toBe('other')
})

test.each([
  ['removed', (path: string) => rmSync(path)],
  ['changed', (path: string) => writeFileSync(path, 'http: {}')],
])('a file that somebody %s is published again, and that is said', async (what, act) => {
  const { publish, settled, pass, said } = start()
  publish('one')
  await settled()
  pass(10_000)
  await settled()
  expect(said).toEqual([])
  act(file)
  pass(10_000)
  await settled()
  expect([content(), said]).toEqual(['one', [expect.stringContaining(`Somebody ${what} ${file}`)]])
})

describe('who may read it', () => {
  test('is its owner alone', async () => {
    const { publish, settled } = start()
    publish('secret')
    await settled()
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('and the group, in a folder whose files belong to that', async () => {
    chmodSync(dirname(file), 0o2750)
    const { publish, settled } = start()
    publish('secret')
    await settled()
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })
})

test('what a process that was killed left is cleared away', async () => {
  const left = [join(folder, 'routes.yaml.0123456789ab.new'), join(dirname(file), 'routes.yaml.ba9876543210.new')]
  for (const path of left) writeFileSync(path, 'half')
  writeFileSync(join(folder, 'routes.yaml.new'), "somebody's")
  const { publish, settled } = start()
  publish('one')
  await settled()
  expect(readdirSync(folder).toSorted()).toEqual(['routes.yaml.new', 'watched'])
  expect(readdirSync(dirname(file))).toEqual(['routes.yaml'])
})

describe('a disk that refuses', () => {
  test('costs nothing but the news; it is told once, tried again ever more rarely, and told when it is over', async () => {
    const { publisher, publish, settled, pass, waits, refuse, said } = start()
    publish('one')
    await settled()
    refuse('ENOSPC')
    pass(1_000)
    publish('two')
    await settled()
    const problem = publisher.problem()
    expect(problem).toMatch(
      /^The route document can't be published as \S+routes\.yaml: the disk is full\. Traefik goes on with what it had at \S+Z\. Free some space on its file system\. It is tried again at least every half minute\.$/,
    )
    const waited: (number | undefined)[] = []
    for (let n = 0; n < 7; n += 1) {
      waited.push(waits()[0])
      publish(`${n}`)
      pass(waits()[0] ?? 0)
      await settled()
    }
    expect(waited).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect([content(), said]).toEqual(['one', [problem]])
    refuse(undefined)
    pass(30_000)
    await settled()
    expect([content(), publisher.problem()]).toEqual(['6', undefined])
    expect(said.at(-1)).toBe(`The route document is published as ${file} again.`)
  })

  test('with a folder that is not there yet, it is published when that is', async () => {
    rmSync(dirname(file), { recursive: true })
    const { publisher, publish, settled, pass } = start()
    publish('one')
    await settled()
    expect(publisher.problem()).toContain(`the folder ${dirname(file)} isn't there`)
    mkdirSync(dirname(file))
    pass(1_000)
    await settled()
    expect([content(), publisher.problem()]).toEqual(['one', undefined])
  })

  test('to write above the folder is written to in the folder', async () => {
    const done: string[] = []
    const fs = intercepted((name, path, perform) => {
      done.push(name)
      if (name === 'open file' && dirname(path) === folder)
        return Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }))
      return perform()
    })
    const quiet = (): void => undefined
    const publisher = createPublisher({ file, log: { debug: quiet, info: quiet, warn: quiet }, fs })
    publisher.publish(publicationOf(1, 'one'))
    await publisher.close()
    await turn()
    expect([content(), done.filter((name) => name === 'open file')]).toEqual(['one', ['open file', 'open file']])
  })
})
