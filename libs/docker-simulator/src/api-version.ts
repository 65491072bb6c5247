import { EngineError } from './engine-error.ts'

/** Refuses a client that asks for a version which this daemon doesn't speak, in Docker's words. */
export function checkVersion(asked: string, minimum: string, maximum: string): void {
  if (compare(asked, maximum) > 0) {
    throw new EngineError(400, `client version ${asked} is too new. Maximum supported API version is ${maximum}`)
  }
  if (compare(asked, minimum) < 0) {
    throw new EngineError(
      400,
      `client version ${asked} is too old. Minimum supported API version is ${minimum}, please upgrade your client to a newer version`,
    )
  }
}

/** Up to 1.23 errors were plain text. */
export function speaksJsonErrors(version: string | undefined): boolean {
  return version === undefined || compare(version, '1.24') >= 0
}

function compare(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor - bMajor || aMinor - bMinor
}
