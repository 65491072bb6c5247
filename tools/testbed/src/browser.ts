import { chromium, type Browser } from 'playwright-core'
import { findExecutable } from './executables.ts'

/** What keeps a browser from calling home, and lets root run it. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the Chromium that install.sh brings, without a window. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findExecutable('chromium')
  if (executablePath === undefined)
    throw new Error('There is no chromium; run `bash tools/testbed/install.sh` as root.')
  return chromium.launch({ executablePath, args: ARGUMENTS })
}
