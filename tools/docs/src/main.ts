import { writeFileSync } from 'node:fs'
import { cliReference } from './cli.ts'
import { labelReference } from './labels.ts'
import { renetReference } from './renet.ts'

// Run from the bundle, dist/docs.mjs.
writeFileSync(new URL('../docs/labels.md', import.meta.url), labelReference())
writeFileSync(new URL('../docs/cli.md', import.meta.url), cliReference())
writeFileSync(new URL('../docs/renet.md', import.meta.url), renetReference())
