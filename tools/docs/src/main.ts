import { writeFileSync } from 'node:fs'
import { labelReference } from './labels.ts'

// Run from the bundle, dist/docs.mjs.
writeFileSync(new URL('../docs/labels.md', import.meta.url), labelReference())
