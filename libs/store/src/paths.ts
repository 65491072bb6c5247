import { StoreError } from './store-error.ts'

/** Where a machine keeps its repositories, unless told. To have them on another disk, mount it there. */
const USUAL = '/var/lib/rediacc/repositories'

export const storeFolder = (env: Readonly<Record<string, string | undefined>>): string => env['REDIACC_STORE'] || USUAL

/** Where the volume of an encrypted repository is kept: beside its folder. */
export const imageOf = (folder: string): string => `${folder}.luks`

/** @throws {StoreError} where a repository can't have this name */
export function expectName(name: string): void {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw new StoreError(
      `${JSON.stringify(name)} can't name a repository: it has up to 63 lower-case letters, digits and dashes, such as my-app.`,
    )
}
