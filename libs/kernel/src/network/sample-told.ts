import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Fragment } from '@route-server/plugin-api'

/** Contributes what a label says, so that a test says what there is. */
export const told = definePlugin({
  name: 'told',
  labels: {},
  options: noOptions,
  contribute: ({ labels }) => JSON.parse(labels['told'] ?? '{}') as Fragment,
})
