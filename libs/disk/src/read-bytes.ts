import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { ConfigError } from './config-error.ts'

const UNREADABLE: Readonly<Record<string, (file: string, what: string) => string>> = {
  ENOENT: (file) => `${file}: there is no such file.`,
  EACCES: (file) =>
    `${file}: the user ${userInfo().username} may not read it; change its permissions, or run as another user.`,
  EISDIR: (file, what) => `${file}: this is a folder; name the ${what} in it.`,
}

/**
 * The file's bytes.
 *
 * @param what the file is, for people: "configuration file"
 * @throws {ConfigError} with the reason in a sentence
 */
export function readBytes(file: string, what: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new ConfigError([UNREADABLE[code]?.(file, what) ?? `${file}: it can't be read: ${message}.`], {
      cause: error,
    })
  }
}
