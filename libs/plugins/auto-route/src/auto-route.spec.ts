import { describe, test } from '@jest/globals'
import { testPlugin } from '@route-server/plugin-testkit'
import { autoRoutePlugin } from './index.ts'

testPlugin(autoRoutePlugin, { cases: new URL('../cases/', import.meta.url), runner: { describe, test } })
