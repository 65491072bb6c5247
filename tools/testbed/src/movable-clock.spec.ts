import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { makeTestDirectory, type TestDirectory } from './directory.ts'
import { movableClock } from './movable-clock.ts'

let directory: TestDirectory
beforeEach(() => {
  directory = makeTestDirectory()
})
afterEach(() => directory.remove())

/** Says what time it is, three ways, and whether a date that is told stays; again and again. */
const PROGRAM = `
setInterval(() => {
  const date = new Date()
  console.log([date instanceof Date, Date.now(), date.getTime(), new Date(5).getTime()].join(' '))
}, 20)
`

test('a program sees the clock where it is set, while it runs', async () => {
  const clock = movableClock(directory.path)
  const program = spawn(process.execPath, ['-e', PROGRAM], { env: { ...process.env, ...clock.env }, stdio: 'pipe' })
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]()
  /** Reads on until both clocks of the program are within a minute of this. */
  const untilIt = async (ahead: number): Promise<string> => {
    for (;;) {
      const { value = '', done } = (await lines.next()) as { value?: string; done?: boolean }
      const [isDate, now = 0, made = 0, five] = value.split(' ').map((word) => (word === 'true' ? 1 : Number(word)))
      const isSet = [now, made].every((time) => Math.abs(time - Date.now() - ahead) < 60_000)
      if (done || isSet) return `${isDate} ${five}`
    }
  }
  for (const hours of [0, 240, -240, 0]) {
    const ahead = hours * 3_600_000
    clock.set(ahead)
    expect(await untilIt(ahead)).toBe('1 5')
  }
  program.kill()
  await once(program, 'close')
})
