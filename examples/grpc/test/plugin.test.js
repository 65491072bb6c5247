import { describe, test } from 'node:test'
import { testPlugin } from '@route-server/plugin-testkit'
import { plugin } from '../index.js'

testPlugin(plugin, { cases: new URL('../cases/', import.meta.url), runner: { describe, test } })
