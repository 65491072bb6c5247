import { expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTestDirectory } from './directory.ts'
import { describeReal } from './real.ts'
import { mountSmallDisk } from './small-disk.ts'

describeReal('a small disk', () => {
  test('is full, has room again, is read-only, and goes without a trace', async () => {
    const directory = makeTestDirectory()
    const disk = await mountSmallDisk(join(directory.path, 'disk'), 64)
    const file = join(disk.path, 'file')
    const write = async (): Promise<string | undefined> => {
      try {
        await writeFile(file, 'x'.repeat(5000))
        return 'written'
      } catch (error) {
        return (error as NodeJS.ErrnoException).code
      }
    }
    expect((await stat(disk.path)).mode & 0o777).toBe(0o700)
    await disk.fill()
    expect(await write()).toBe('ENOSPC')
    await disk.empty()
    expect(await write()).toBe('written')
    await disk.setReadOnly(true)
    expect(await write()).toBe('EROFS')
    expect(await readFile(file, 'utf8')).toHaveLength(5000)
    await disk.setReadOnly(false)
    expect(await write()).toBe('written')
    await disk.close()
    expect(existsSync(disk.path)).toBe(false)
    await directory.remove()
  })
})
