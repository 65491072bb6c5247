import { readFileSync, writeFileSync, writeSync } from 'node:fs'
import { withLock } from '../lock.ts'

const [mode = '', path = '', times = '1'] = process.argv.slice(2)

/** Each line is one number more than the one before, if nobody else reads or writes meanwhile. */
const MODES: Readonly<Record<string, () => Promise<void>>> = {
  async add() {
    for (let i = 0; i < Number(times); i += 1)
      await withLock(path, async () => {
        const before = Number(readFileSync(path, 'utf8'))
        await new Promise((go) => setTimeout(go, Math.random()))
        writeFileSync(path, String(before + 1))
      })
  },
  async hang() {
    await withLock(path, async () => {
      writeSync(1, 'held\n')
      await new Promise((go) => setTimeout(go, 600_000))
    })
  },
}

await MODES[mode]?.()
